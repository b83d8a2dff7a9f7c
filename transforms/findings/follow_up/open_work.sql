-- One row per person whom a township has to ask: uninsured, without an answer that still holds, and nothing on record since that
-- settles it. Who only has not renewed yet for the next year (A0) is reminded, not investigated.
CREATE TABLE open_work AS
SELECT u.id_number, c.case_no, c.opened_in
FROM uninsured AS u
INNER JOIN cases AS c ON c.list = 'uninsured' AND c.id_number = u.id_number AND c.closed_in IS NULL
WHERE
  u.to_urge
  AND u.reason_code IS DISTINCT FROM 'A0'
  AND NOT EXISTS (SELECT 1 FROM answers AS a WHERE a.id_number = u.id_number AND a.state = 'in_force');
