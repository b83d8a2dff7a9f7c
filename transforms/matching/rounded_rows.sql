-- One row per roster row that stands under another person's number because a program had taken its own for a floating-point
-- number and wrote that out: the number stands beside two names, and somebody of this name bears a number that becomes just
-- this one, as a whole or with the fifteen digits that a spreadsheet keeps. A number that ends in X is never taken for such.
CREATE TABLE rounded_rows AS
WITH named AS (
  SELECT person_key, name_hash FROM differing_rows
  UNION
  SELECT person_key, name_hash FROM known_persons WHERE person_key IN (SELECT d.person_key FROM differing_rows AS d)
),

numbered AS (
  SELECT
    person_key, name_hash,
    CASE WHEN person_key > 0 AND right(id_number, 1) <> 'X' THEN CAST(id_number AS BIGINT) END AS number
  FROM known_persons
  WHERE name_hash IN (SELECT n.name_hash FROM named AS n) OR person_key IN (SELECT n.person_key FROM named AS n)
),

written_out AS (
  SELECT n.person_key, n.name_hash, p.number
  FROM named AS n
  INNER JOIN numbered AS p ON p.person_key = n.person_key
  WHERE CAST(CAST(p.number AS DOUBLE) AS BIGINT) = p.number
),

misplaced AS (
  SELECT DISTINCT w.person_key, w.name_hash
  FROM written_out AS w
  INNER JOIN numbered AS o ON o.name_hash = w.name_hash
  WHERE
    o.number <> w.number
    AND CAST(w.number AS DOUBLE) IN (CAST(o.number AS DOUBLE), CAST(o.number // 1000 * 1000 AS DOUBLE))
)

SELECT
  r.roster, r.source_no, r.row, r.person_key, r.id_number AS raw_id, r.name, r.name_key, r.birth_date, r.sex, r.township,
  r.village, r.year, CAST(NULL AS VARCHAR) AS record,
  'id_rounded_name_differs' AS rule
FROM person_rows AS r
INNER JOIN misplaced AS m ON m.person_key = r.person_key AND m.name_hash = r.name_hash;
