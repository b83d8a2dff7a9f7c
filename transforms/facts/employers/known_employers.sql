-- One row per employer for whom somebody works, or whose months stand in the roster of payments: what it is called, and what the
-- register of employers says. `listed`: it stands in that register. `listed_place`: sheet and row there.
CREATE TABLE known_employers AS
WITH register AS (
  SELECT
    uscc, employer, employer_type, registered_area, registration_status, closed_on, reminders,
    source_no * 10000000000 + row AS place
  FROM staged_employers
  WHERE uscc IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY uscc ORDER BY source_no, row) = 1
),

seen AS (
  SELECT employer_key, uscc, employer, place FROM employment_rows
  UNION ALL
  SELECT uscc, uscc, CAST(NULL AS VARCHAR), source_no * 10000000000 + row FROM staged_arrears WHERE uscc IS NOT NULL
),

united AS (
  SELECT
    employer_key, min(uscc) AS uscc,
    arg_min(employer, place) FILTER (WHERE employer IS NOT NULL) AS employer
  FROM seen
  GROUP BY employer_key
)

SELECT
  u.employer_key, u.uscc, coalesce(r.employer, u.employer) AS employer, r.uscc IS NOT NULL AS listed, r.employer_type,
  r.registered_area, r.registration_status, r.closed_on, r.reminders, r.place AS listed_place
FROM united AS u
LEFT JOIN register AS r ON r.uscc = u.uscc;
