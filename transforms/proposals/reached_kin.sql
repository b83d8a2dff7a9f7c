-- One row per person whom a record with relatives may mean and relative of theirs: whom the register has in the household, whom
-- their rows name as guardian, head or parent, and the others of a household's row. Columns as in `said_kin`.
CREATE TABLE reached_kin AS
WITH asked AS (
  SELECT DISTINCT person_key
  FROM reached_persons
  WHERE record_id IN (SELECT s.record_id FROM said_kin AS s)
),

homes AS (
  SELECT k.person_key, k.household_id, k.township
  FROM known_persons AS k
  INNER JOIN asked AS a ON a.person_key = k.person_key
  WHERE k.household_id IS NOT NULL
),

-- As in `said_kin`: more are no family.
members AS (
  SELECT person_key, name_key, household_id, township
  FROM known_persons
  WHERE household_id IN (SELECT h.household_id FROM homes AS h)
  QUALIFY count(*) OVER (PARTITION BY household_id, township) <= 20
),

stated AS (
  SELECT k.person_key, k.kin_name, k.kin_number
  FROM kin_rows AS k
  INNER JOIN asked AS a ON a.person_key = k.person_key
  WHERE k.kin <> 'home'
),

bearers AS (
  SELECT id_number, person_key, name_key
  FROM known_persons
  WHERE id_number IN (SELECT s.kin_number FROM stated AS s)
)

SELECT h.person_key, CAST(NULL AS VARCHAR) AS kin_name, m.person_key AS kin_key, m.name_key AS bearer
FROM homes AS h
INNER JOIN members AS m ON m.household_id = h.household_id AND m.township = h.township
WHERE m.person_key <> h.person_key
UNION
SELECT s.person_key, s.kin_name, b.person_key, b.name_key
FROM stated AS s
LEFT JOIN bearers AS b ON b.id_number = s.kin_number
UNION
SELECT o.person_key, CAST(NULL AS VARCHAR), c.person_key, c.name_key
FROM asked AS a
INNER JOIN shared_rows AS o ON o.person_key = a.person_key
INNER JOIN shared_rows AS c ON c.roster = o.roster AND c.source_no = o.source_no AND c.row = o.row
WHERE c.person_key <> o.person_key;
