-- One row per ID number and second name (one person, cover stands, contract §4), and one per person and second number: two
-- numbers of one name, birth date and sex in one household or village, or one of them without any place.
CREATE TABLE identity_conflicts AS
WITH named AS (
  SELECT person_key, min(name) AS other_name
  FROM differing_rows
  GROUP BY person_key, name_hash
),

namesakes AS (
  SELECT name_hash, birth_date
  FROM known_persons
  WHERE name_hash IS NOT NULL AND birth_date IS NOT NULL
  GROUP BY name_hash, birth_date
  HAVING count(*) > 1
),

born_alike AS (
  SELECT k.person_key, k.name_key, k.birth_date, k.sex
  FROM namesakes AS n
  INNER JOIN known_persons AS k ON k.name_hash = n.name_hash AND k.birth_date = n.birth_date
),

alike AS (
  SELECT a.person_key AS one_key, b.person_key AS other_key
  FROM born_alike AS a
  INNER JOIN born_alike AS b
    ON b.name_key = a.name_key AND b.birth_date = a.birth_date AND b.sex = a.sex AND b.person_key > a.person_key
),

doubled AS (
  SELECT
    -- The register's number stands first, for it is the likelier one.
    CASE WHEN b.in_register AND NOT a.in_register THEN b.person_key ELSE a.person_key END AS person_key,
    CASE WHEN b.in_register AND NOT a.in_register THEN a.id_number ELSE b.id_number END AS other_id,
    CASE WHEN b.in_register AND NOT a.in_register THEN a.name ELSE b.name END AS other_name,
    CASE
      WHEN a.household_id = b.household_id AND a.township = b.township THEN 'household'
      WHEN a.township = b.township AND a.village = b.village THEN 'village'
      WHEN a.township IS NULL OR b.township IS NULL THEN 'unknown'
    END AS place
  FROM alike AS p
  INNER JOIN known_persons AS a ON a.person_key = p.one_key
  INNER JOIN known_persons AS b ON b.person_key = p.other_key
)

SELECT
  k.id_number, k.name, k.township, k.village,
  'same_id_two_names' AS kind,
  k.id_number AS other_id,
  n.other_name,
  CAST(NULL AS DECIMAL(9, 6)) AS score,
  '同一证件号码，姓名不一致' AS evidence,
  [s.records_clause] AS clause,
  '同一证件号码在名册中有不同姓名，按同一人处理，参保有效，请核对姓名' AS reason,
  p.source_rows
FROM named AS n
INNER JOIN known_persons AS k ON k.person_key = n.person_key
CROSS JOIN run_settings AS s
INNER JOIN cited_rows AS p ON p.person_key = n.person_key
UNION ALL
SELECT
  k.id_number, k.name, k.township, k.village,
  'same_person_two_ids' AS kind,
  d.other_id,
  d.other_name,
  CAST(CASE d.place WHEN 'household' THEN 0.98 WHEN 'village' THEN 0.95 ELSE 0.6 END AS DECIMAL(9, 6)) AS score,
  CASE d.place
    WHEN 'household' THEN '姓名、性别、出生日期和户相同'
    WHEN 'village' THEN '姓名、性别、出生日期和村(社区)相同'
    ELSE '姓名、性别、出生日期相同，其中一个号码的名册没有写乡镇'
  END AS evidence,
  [s.records_clause] AS clause,
  '可能是一个人有两个证件号码，程序仍按两人处理，请核对' AS reason,
  p.source_rows
FROM doubled AS d
INNER JOIN known_persons AS k ON k.person_key = d.person_key
CROSS JOIN run_settings AS s
INNER JOIN cited_rows AS p ON p.person_key = d.person_key
WHERE d.place IS NOT NULL;
