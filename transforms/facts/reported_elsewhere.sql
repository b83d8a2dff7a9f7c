-- One row per record of cover or state reported from elsewhere, but for those that say that there is none. `active` on the as-of date: begun,
-- and not yet stopped; a stop dated later has not happened yet, whatever the status says by now. `last_day`: the last day by the as-of
-- date on which it is known to have run; the day of stopping is the first without cover. A view: few persons have any.
CREATE VIEW reported_elsewhere AS
WITH records AS (
  SELECT
    o.person_key, o.place, o.cover, o.insutype, o.insured_from, o.stopped_on, o.local_subsidy, o.source_no, o.row, s.as_of,
    coalesce(o.insured_status, '1') = '1' AS normal,
    (o.insured_from IS NULL OR o.insured_from <= s.as_of)
    AND CASE WHEN o.stopped_on IS NOT NULL THEN o.stopped_on > s.as_of ELSE coalesce(o.insured_status, '1') = '1' END AS active,
    coalesce(o.stopped_on - 1, o.insured_from) AS ends_on
  FROM staged_other_insurance AS o
  CROSS JOIN run_settings AS s
  WHERE o.person_key IS NOT NULL AND coalesce(o.insured_status, '1') <> '0'
)

SELECT
  person_key, place, cover, insutype, insured_from, stopped_on, local_subsidy, normal, active,
  CASE WHEN active OR ends_on > as_of THEN as_of ELSE ends_on END AS last_day, source_no, row
FROM records;
