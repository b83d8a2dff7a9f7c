-- One row per record of cover of a person who has several, which may overlap: normal status only, basic schemes only, clipped to
-- the benefit year (domain.md D5). `valid_to`: the last day (null = open).
-- `home`: recorded here. `place_order` puts records here before records elsewhere.
CREATE TABLE cover_records AS
WITH holders AS (
  SELECT person_key FROM employee_spells WHERE active AND coalesce(insured_status, '1') = '1'
  UNION
  SELECT person_key FROM other_records WHERE normal AND reason_code IN ('B1', 'B2', 'B3', 'B6')
),

local_resident AS (
  SELECT y.person_key, y.subsidy_paid, min(p.source_no * 10000000000 + p.row) AS place
  FROM holders AS h
  INNER JOIN resident_years AS y ON y.person_key = h.person_key
  INNER JOIN resident_payments AS p ON p.person_key = y.person_key AND p.year = y.year
  CROSS JOIN run_settings AS s
  WHERE y.year = s.year AND p.is_local AND p.known AND p.counts AND p.insured_status = '1'
  GROUP BY y.person_key, y.subsidy_paid
),

records AS (
  SELECT
    r.person_key, 'resident' AS scheme, s.county AS unit, coalesce(d.benefit_from, s.year_start) AS valid_from,
    coalesce(d.last_day, s.year_end) AS valid_to, TRUE AS home, FALSE AS flexible, FALSE AS student, coalesce(r.subsidy_paid, 0) > 0 AS helped,
    CAST(NULL AS VARCHAR) AS uscc, CAST(NULL AS DATE) AS since, r.place // 10000000000 AS source_no,
    r.place % 10000000000 AS row
  FROM local_resident AS r
  CROSS JOIN run_settings AS s
  LEFT JOIN dues_amounts AS d ON d.person_key = r.person_key
  UNION ALL
  SELECT
    e.person_key, 'employee', coalesce(e.employer, e.uscc, CASE WHEN NOT e.is_local THEN e.area END, s.county), coalesce(e.insured_from, s.year_start),
    e.stopped_on - 1, e.is_local, e.employee_type = 'flexible', FALSE, FALSE, e.uscc,
    CASE WHEN c.person_key IS NULL THEN e.insured_from ELSE c.since END, e.source_no, e.row
  FROM employee_spells AS e
  LEFT JOIN employee_since AS c ON c.person_key = e.person_key
  CROSS JOIN run_settings AS s
  WHERE e.active AND coalesce(e.insured_status, '1') = '1'
  UNION ALL
  SELECT
    o.person_key, CASE WHEN o.reason_code IN ('B2', 'B3') THEN 'employee' ELSE 'resident' END,
    coalesce(o.place, '异地'), coalesce(o.insured_from, s.year_start), o.stopped_on - 1, FALSE, FALSE,
    o.reason_code = 'B6', coalesce(o.local_subsidy, 0) > 0, NULL,
    CASE WHEN c.person_key IS NULL THEN o.insured_from ELSE c.since END, o.source_no, o.row
  FROM other_records AS o
  LEFT JOIN employee_since AS c ON c.person_key = o.person_key
  CROSS JOIN run_settings AS s
  WHERE
    o.normal AND o.reason_code IN ('B1', 'B2', 'B3', 'B6')
    AND NOT EXISTS (SELECT 1 FROM employee_spells AS e WHERE e.source_no = o.source_no AND e.row = o.row)
),

several AS (
  SELECT person_key, count(*) AS records FROM records GROUP BY person_key HAVING count(*) > 1
)

SELECT
  r.*,
  greatest(r.valid_from, s.year_start) AS from_in_year,
  least(coalesce(r.valid_to, s.year_end), s.year_end) AS to_in_year,
  row_number() OVER (
    PARTITION BY r.person_key
    ORDER BY
      CASE WHEN r.home THEN 0 ELSE 1 END, CASE WHEN r.scheme = 'employee' THEN 0 ELSE 1 END, r.valid_from,
      r.unit, r.valid_to, r.source_no, r.row
  ) AS place_order,
  m.records
FROM records AS r
INNER JOIN several AS m ON m.person_key = r.person_key
CROSS JOIN run_settings AS s;
