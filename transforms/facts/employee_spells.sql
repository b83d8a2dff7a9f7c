-- One row per spell of 职工医保 (basic scheme). `active` on the as-of date: normal, begun, and not yet stopped. `last_day`: the
-- last day by the as-of date on which it is known to have run; the day of stopping is the first without cover.
CREATE TABLE employee_spells AS
WITH spells AS (
  SELECT
    e.person_key, e.employer, e.uscc, coalesce(e.employee_type, 'active') AS employee_type, e.insured_from, e.stopped_on,
    e.base, e.account, e.area, e.insured_status, e.source_no, e.row,
    e.area IS NULL OR contains(e.area, s.county)
    OR left(e.area, 6) IN (SELECT area FROM pack_areas)
    OR e.area IN (SELECT area FROM pack_areas) OR e.area IN (SELECT township FROM pack_townships) AS is_local,
    (e.insured_from IS NULL OR e.insured_from <= s.as_of)
    AND CASE
      WHEN e.stopped_on IS NOT NULL THEN e.stopped_on > s.as_of
      ELSE coalesce(e.insured_status, '1') = '1'
    END AS active,
    coalesce(e.stopped_on - 1, last_day(CAST(e.paid_through || '-01' AS DATE)), e.insured_from) AS ends_on
  FROM staged_employee_insurance AS e
  CROSS JOIN run_settings AS s
  WHERE e.person_key IS NOT NULL AND coalesce(e.insutype, '310') = '310' AND coalesce(e.insured_status, '1') <> '0'
)

SELECT
  p.person_key, p.employer, p.uscc, p.employee_type, p.insured_from, p.stopped_on, p.base, p.account, p.area,
  p.insured_status, p.source_no, p.row, p.is_local, p.active,
  CASE WHEN p.active OR p.ends_on > s.as_of THEN s.as_of ELSE p.ends_on END AS last_day
FROM spells AS p
CROSS JOIN run_settings AS s;
