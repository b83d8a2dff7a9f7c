-- One row per spell of 职工医保 (basic scheme). `active` on the as-of date: normal, begun, and not yet stopped.
CREATE TABLE employee_spells AS
SELECT
  e.person_key, e.employer, e.uscc, coalesce(e.employee_type, 'active') AS employee_type, e.insured_from, e.stopped_on,
  e.stop_reason, e.paid_through, e.base, e.area, e.insured_status, e.source_no, e.row,
  e.area IS NULL OR contains(e.area, s.county)
  OR left(e.area, 6) IN (SELECT area FROM pack_areas)
  OR e.area IN (SELECT area FROM pack_areas) AS is_local,
  (e.insured_from IS NULL OR e.insured_from <= s.as_of)
  AND CASE
    WHEN e.stopped_on IS NOT NULL THEN e.stopped_on > s.as_of
    ELSE coalesce(e.insured_status, '1') = '1'
  END AS active
FROM staged_employee_insurance AS e
CROSS JOIN run_settings AS s
WHERE e.person_key IS NOT NULL AND coalesce(e.insutype, '310') = '310' AND coalesce(e.insured_status, '1') <> '0';
