-- One row per ID number with a second name: one person, cover stands, the names are listed (contract §4).
CREATE TABLE identity_conflicts AS
SELECT DISTINCT
  k.id_number, k.name, k.township, k.village,
  'same_id_two_names' AS kind,
  k.id_number AS other_id,
  r.name AS other_name,
  CAST(NULL AS DECIMAL(9, 6)) AS score,
  '同一证件号码，姓名不一致' AS evidence,
  [s.scope_clause] AS clause,
  '同一证件号码在名册中有不同姓名，按同一人处理，参保有效，请核对姓名' AS reason,
  p.sources
FROM known_persons AS k
INNER JOIN person_rows AS r ON r.id_number = k.id_number
CROSS JOIN run_settings AS s
INNER JOIN person_sources AS p ON p.id_number = k.id_number
WHERE k.names_differ AND r.name_key IS NOT NULL AND r.name_key <> k.name_key;
