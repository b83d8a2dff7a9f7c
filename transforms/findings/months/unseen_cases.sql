-- One row per open case of last month that nobody can look into, because a roster on which its list rests is missing (`waiting`:
-- since an earlier month), unless it is settled without that roster: the person is dead, or has cover here by now.
CREATE TABLE unseen_cases AS
WITH unseen AS (
  SELECT "table", id_number FROM unseen_told
  UNION
  SELECT "table", id_number FROM waiting
)

SELECT DISTINCT c.list, c.id_number
FROM known_cases AS c
INNER JOIN unseen AS u ON u."table" = c.list AND u.id_number = c.id_number
LEFT JOIN known_persons AS k ON k.id_number = c.id_number
LEFT JOIN person_facts AS f ON f.person_key = k.person_key
WHERE
  c.run = 1 AND c.closed_in IS NULL AND NOT coalesce(f.dead, FALSE)
  AND CASE c.list
    WHEN 'uninsured' THEN k.person_key IS NULL
    WHEN 'covered_otherwise' THEN coalesce(f.insurance_status, 'none') NOT IN ('resident', 'employee', 'both')
    WHEN 'employee_gaps' THEN coalesce(f.insurance_status, 'none') NOT IN ('employee', 'both')
    ELSE TRUE
  END;
