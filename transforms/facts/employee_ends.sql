-- One row per end of 职工医保, here or reported from elsewhere. `by_labour`: the person was an employee of an employer, so
-- the end is the end of the employment; who paid as a flexible worker or was retired has none.
CREATE TABLE employee_ends AS
SELECT person_key, stopped_on, bool_or(employee_type = 'active') AS by_labour
FROM (
  SELECT person_key, stopped_on, employee_type FROM employee_spells
  UNION ALL
  SELECT person_key, stopped_on, 'active' FROM employee_elsewhere
) AS ends
WHERE stopped_on IS NOT NULL AND person_key IS NOT NULL
GROUP BY person_key, stopped_on;
