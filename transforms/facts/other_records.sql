-- One row per record of cover or state elsewhere that holds on the as-of date, with its reason code (domain.md D3):
-- B1 elsewhere as a resident, B2 as an employee, B3 as an employee in another area of this city, B4 soldier,
-- B5 retired cadre and other state cover, B6 student insured at the place of study, C5 settled abroad, C6 prisoner.
-- C2 found dead, C7 missing, C8 not living here, D4 registered twice: only by a township's answer, which counts where no roster
-- says anything. `precedence` orders them as D3 does; supplements (大病, 公务员补助 …) are no cover. A stop dated after the as-of
-- date has not happened yet, whatever the status of the row says by now (`normal`: it says nothing else than 正常).
CREATE TABLE other_records AS
WITH reported AS (
  SELECT person_key, place, cover, insutype, insured_from, stopped_on, local_subsidy, source_no, row, normal
  FROM reported_elsewhere
  WHERE active
  UNION ALL
  SELECT
    p.person_key, p.area_elsewhere, NULL, '390', s.year_start, s.year_end + 1, p.subsidy_paid, p.source_no, p.row,
    p.insured_status = '1'
  FROM resident_payments AS p
  CROSS JOIN run_settings AS s
  WHERE NOT p.is_local AND p.known AND p.counts AND p.year = s.year
  UNION ALL
  SELECT e.person_key, e.area, NULL, '310', e.insured_from, e.stopped_on, NULL, e.source_no, e.row,
    coalesce(e.insured_status, '1') = '1'
  FROM employee_spells AS e
  WHERE NOT e.is_local AND e.active
),

coded AS (
  SELECT
    r.*,
    CASE
      WHEN r.cover = 'soldier' THEN 'B4'
      WHEN r.cover = 'prisoner' THEN 'C6'
      WHEN r.cover = 'settled_abroad' THEN 'C5'
      WHEN r.cover IS NOT NULL AND r.insutype IS NULL THEN 'B5'
      WHEN r.insutype IN ('340', '350', '360') THEN 'B5'
      WHEN r.insutype = '310' AND (contains(r.place, s.city) OR left(r.place, 4) = s.city_area_code) THEN 'B3'
      WHEN r.insutype = '310' THEN 'B2'
      WHEN r.insutype IS NULL OR r.insutype IN ('390', '391', '380') THEN 'B1'
    END AS reason_code
  FROM reported AS r
  CROSS JOIN run_settings AS s
)

SELECT
  person_key, reason_code, place, insured_from, stopped_on, local_subsidy, source_no, row, normal,
  CASE reason_code
    WHEN 'B4' THEN 1 WHEN 'C6' THEN 2 WHEN 'C5' THEN 3 WHEN 'B3' THEN 4 WHEN 'B2' THEN 5 WHEN 'B1' THEN 6
    WHEN 'B6' THEN 7 ELSE 8
  END AS precedence,
  FALSE AS answered
FROM coded
WHERE reason_code IS NOT NULL
UNION ALL
SELECT
  a.person_key, a.reason_code, a.place, CAST(NULL AS DATE), a.expires_on + 1, CAST(NULL AS DECIMAL(12, 2)),
  a.source_no, a.row, TRUE, 9, TRUE
FROM standing_answers AS a
WHERE
  a.state = 'in_force' AND a.verdict <> 'uninsured' AND a.reason_code IS NOT NULL
  AND a.person_key NOT IN (SELECT c.person_key FROM coded AS c WHERE c.reason_code IS NOT NULL);
