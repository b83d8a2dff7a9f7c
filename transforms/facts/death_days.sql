-- One row per person who is dead on the as-of date, by the list of deaths or the register. `died_on` may be unknown.
CREATE TABLE death_days AS
WITH reports AS (
  SELECT person_key, died_on, FALSE AS cancelled FROM staged_deaths WHERE person_key IS NOT NULL
  UNION ALL
  SELECT person_key, status_date AS died_on, TRUE AS cancelled
  FROM staged_household_register
  WHERE register_status = 'dead' AND person_key IS NOT NULL
)
SELECT r.person_key, min(r.died_on) AS died_on, bool_or(r.cancelled) AS cancelled
FROM reports AS r
CROSS JOIN run_settings AS s
WHERE r.died_on IS NULL OR r.died_on <= s.as_of
GROUP BY r.person_key;
