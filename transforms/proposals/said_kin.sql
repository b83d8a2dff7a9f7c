-- One row per damaged record and relative whom its rows name: guardian, head, parents, the others of the household's row, and
-- whom the register has under the same household number. `kin_key` and `bearer` (a name) where the number is a known person's.
CREATE TABLE said_kin AS
WITH damaged_kin AS (
  SELECT roster, source_no, row, 'guardian' AS kin, guardian_name AS kin_name, guardian_id AS kin_number,
    CAST(NULL AS VARCHAR) AS household_id, township
  FROM damaged
  WHERE guardian_name IS NOT NULL OR guardian_id IS NOT NULL
  UNION ALL
  SELECT roster, source_no, row, 'head', head_name, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), township
  FROM damaged
  WHERE head_name IS NOT NULL
  UNION ALL
  SELECT roster, source_no, row, 'parent', CAST(NULL AS VARCHAR), mother_id, CAST(NULL AS VARCHAR), township
  FROM damaged
  WHERE mother_id IS NOT NULL
  UNION ALL
  SELECT roster, source_no, row, 'parent', CAST(NULL AS VARCHAR), father_id, CAST(NULL AS VARCHAR), township
  FROM damaged
  WHERE father_id IS NOT NULL
  UNION ALL
  SELECT roster, source_no, row, 'home', CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), household_id, township
  FROM damaged
  WHERE household_id IS NOT NULL
  UNION ALL
  SELECT roster, source_no, row, kin, kin_name, kin_number, household_id, township
  FROM taken_back_kin
  UNION ALL
  -- Rows that count for the number on record, which may be a wrong one.
  SELECT k.roster, k.source_no, k.row, k.kin, k.kin_name, k.kin_number, k.household_id, k.township
  FROM kin_rows AS k
  INNER JOIN suspect_rows AS r
    ON r.roster = k.roster AND r.source_no = k.source_no AND r.row = k.row AND r.person_key = k.person_key
),

stated AS (
  SELECT d.record_id, d.own_key, k.kin, k.kin_name, k.kin_number, k.household_id, k.township
  FROM damaged_rows AS d
  INNER JOIN damaged_kin AS k ON k.roster = d.roster AND k.source_no = d.source_no AND k.row = d.row
),

bearers AS (
  SELECT id_number, person_key, name_key
  FROM known_persons
  WHERE id_number IN (SELECT s.kin_number FROM stated AS s)
),

-- Under one number with so many stand a school, a works or nobody knows who: no family.
homes AS (
  SELECT household_id, township
  FROM known_persons
  WHERE household_id IN (SELECT s.household_id FROM stated AS s)
  GROUP BY household_id, township
  HAVING count(*) <= 20
)

SELECT s.record_id, s.kin, s.kin_name, b.person_key AS kin_key, b.name_key AS bearer
FROM stated AS s
LEFT JOIN bearers AS b ON b.id_number = s.kin_number
WHERE s.kin <> 'home'
UNION
SELECT s.record_id, s.kin, CAST(NULL AS VARCHAR), m.person_key, m.name_key
FROM stated AS s
INNER JOIN homes AS h ON h.household_id = s.household_id AND (h.township = s.township OR s.township IS NULL)
INNER JOIN known_persons AS m ON m.household_id = h.household_id AND m.township = h.township
WHERE s.own_key IS NULL OR m.person_key <> s.own_key
UNION
SELECT d.record_id, 'home', CAST(NULL AS VARCHAR), c.person_key, c.name_key
FROM damaged_rows AS d
INNER JOIN shared_rows AS c ON c.roster = d.roster AND c.source_no = d.source_no AND c.row = d.row
WHERE d.own_key IS NULL OR c.person_key <> d.own_key;
