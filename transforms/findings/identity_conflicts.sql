-- One row per ID number and second name: one person, cover stands, the names are listed (contract §4).
CREATE TABLE identity_conflicts AS
WITH named AS (
  -- Every row of every roster passes here: it meets two columns of the person, the few that differ meet the others below.
  SELECT k.person_key, r.name_key AS other_key, min(r.name) AS other_name
  FROM person_rows AS r
  INNER JOIN known_persons AS k ON k.person_key = r.person_key
  WHERE r.name_key <> k.name_key
  GROUP BY k.person_key, r.name_key
)
SELECT
  k.id_number, k.name, k.township, k.village,
  'same_id_two_names' AS kind,
  k.id_number AS other_id,
  n.other_name,
  CAST(NULL AS DECIMAL(9, 6)) AS score,
  '同一证件号码，姓名不一致' AS evidence,
  [s.scope_clause] AS clause,
  '同一证件号码在名册中有不同姓名，按同一人处理，参保有效，请核对姓名' AS reason,
  p.source_rows
FROM named AS n
INNER JOIN known_persons AS k ON k.person_key = n.person_key
CROSS JOIN run_settings AS s
INNER JOIN cited_rows AS p ON p.person_key = n.person_key;
