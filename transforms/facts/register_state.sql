-- One row per person in the register, with the status on the as-of date: a status dated later has not happened yet.
-- Of several rows of one person a normal one counts first, then the latest status, then the first row read.
CREATE TABLE register_state AS
WITH dated AS (
  SELECT
    r.person_key, r.household_id, r.relation, r.moved_in_on, r.status_date, r.source_no, r.row,
    CASE
      WHEN r.register_status IS NULL OR r.status_date > s.as_of THEN 'normal'
      ELSE r.register_status
    END AS register_status
  FROM staged_household_register AS r
  CROSS JOIN run_settings AS s
  WHERE r.person_key IS NOT NULL
)
SELECT *
FROM dated
QUALIFY row_number() OVER (
  PARTITION BY person_key
  ORDER BY
    CASE WHEN register_status = 'normal' THEN 0 ELSE 1 END, status_date DESC NULLS LAST, source_no, row
) = 1;
