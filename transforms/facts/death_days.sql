-- One row per person who is dead on the as-of date, by the list of deaths or the register. `died_on` may be unknown.
CREATE TABLE death_days AS
WITH reports AS (
  SELECT id_number, died_on, FALSE AS cancelled FROM staged_deaths WHERE id_number IS NOT NULL
  UNION ALL
  SELECT id_number, status_date AS died_on, TRUE AS cancelled
  FROM staged_household_register
  WHERE register_status = 'dead' AND id_number IS NOT NULL
)
SELECT r.id_number, min(r.died_on) AS died_on, bool_or(r.cancelled) AS cancelled
FROM reports AS r
CROSS JOIN run_settings AS s
WHERE r.died_on IS NULL OR r.died_on <= s.as_of
GROUP BY r.id_number;
