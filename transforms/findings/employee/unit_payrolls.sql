-- One row per employer with declared wages of the year before: how many persons, and what they earned together in a month.
CREATE TABLE unit_payrolls AS
WITH wages AS (
  SELECT r.employer_key, r.person_key, max(r.amount) AS wage
  FROM employment_rows AS r
  CROSS JOIN run_settings AS s
  WHERE r.roster = 'payroll' AND r.year = s.year - 1 AND r.amount IS NOT NULL
  GROUP BY r.employer_key, r.person_key
)
SELECT employer_key, count(*) AS persons, sum(wage) AS total
FROM wages
GROUP BY employer_key;
