-- One row per roster row that stands under another person's number because a program had taken its own for a floating-point
-- number and wrote that out: the name differs, and somebody of that name bears a number that becomes just this one, as a whole
-- or with the fifteen digits that a spreadsheet keeps. A number that ends in X is never taken for such.
CREATE TABLE rounded_rows AS
WITH numbered AS (
  SELECT
    person_key, name_hash,
    CASE WHEN person_key > 0 AND right(id_number, 1) <> 'X' THEN CAST(id_number AS BIGINT) END AS number
  FROM known_persons
  WHERE
    name_hash IN (SELECT d.name_hash FROM differing_rows AS d)
    OR person_key IN (SELECT d.person_key FROM differing_rows AS d)
),

written_out AS (
  SELECT d.roster, d.source_no, d.row, d.person_key, d.name_hash, n.number
  FROM differing_rows AS d
  INNER JOIN numbered AS n ON n.person_key = d.person_key
  WHERE CAST(CAST(n.number AS DOUBLE) AS BIGINT) = n.number
),

misplaced AS (
  SELECT DISTINCT w.roster, w.source_no, w.row, w.person_key
  FROM written_out AS w
  INNER JOIN numbered AS n ON n.name_hash = w.name_hash
  WHERE
    n.number <> w.number
    AND CAST(w.number AS DOUBLE) IN (CAST(n.number AS DOUBLE), CAST(n.number // 1000 * 1000 AS DOUBLE))
)

SELECT
  r.roster, r.source_no, r.row, r.person_key, r.id_number AS raw_id, r.name, r.name_key, r.birth_date, r.sex, r.township,
  r.village, CASE WHEN r.roster = 'resident_insurance' THEN 2100 - r.age END AS year, CAST(NULL AS VARCHAR) AS record,
  'id_rounded_name_differs' AS rule
FROM person_rows AS r
INNER JOIN misplaced AS m
  ON m.roster = r.roster AND m.source_no = r.source_no AND m.row = r.row AND m.person_key = r.person_key;
