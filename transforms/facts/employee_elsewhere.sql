-- One row per spell of 职工医保 reported from elsewhere, `active` and `last_day` as in `employee_spells`. Who is said not to be insured
-- there, or to have other cover, has none. A view: few persons have any.
CREATE VIEW employee_elsewhere AS
WITH spells AS (
  SELECT
    o.person_key, o.insured_from, o.stopped_on, o.source_no, o.row, s.as_of,
    (o.insured_from IS NULL OR o.insured_from <= s.as_of)
    AND CASE WHEN o.stopped_on IS NOT NULL THEN o.stopped_on > s.as_of ELSE coalesce(o.insured_status, '1') = '1' END AS active,
    coalesce(o.stopped_on - 1, o.insured_from) AS ends_on
  FROM staged_other_insurance AS o
  CROSS JOIN run_settings AS s
  WHERE o.person_key IS NOT NULL AND o.insutype = '310' AND o.cover IS NULL AND coalesce(o.insured_status, '1') <> '0'
)

SELECT
  person_key, insured_from, stopped_on, active,
  CASE WHEN active OR ends_on > as_of THEN as_of ELSE ends_on END AS last_day, source_no, row
FROM spells;
