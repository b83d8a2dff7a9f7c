-- One row per ID number: name, township and village by precedence, sex and birth date from the number itself where it
-- carries them (its first 17 digits are `person_key`), and the register's own facts of the row that counts.
-- In the order of the keys, which tables made from it keep more or less: who asks for a range of persons reads little else.
CREATE TABLE known_persons AS
WITH united AS (
  SELECT
    r.person_key, r.id_number, r.id_quality, r.name, r.name_key, r.name_hash, r.sex, r.birth_date,
    coalesce(r.township, o.township) AS township,
    -- A village of another township is not theirs.
    coalesce(r.village, CASE WHEN r.township IS NULL OR r.township = o.township THEN o.village END) AS village,
    TRUE AS in_register, r.household_id, r.village_group, r.register_status, r.status_date, r.moved_in_on
  FROM staged_household_register AS r
  INNER JOIN register_keys AS g
    ON g.person_key = r.person_key
    AND g.place % 1000000000000000 = r.source_no * 10000000000 + r.row
  LEFT JOIN other_persons AS o ON o.person_key = r.person_key
  UNION ALL
  SELECT
    o.person_key, o.id_number, o.id_quality, o.name, o.name_key, o.name_hash, o.sex, o.birth_date, o.township, o.village,
    FALSE AS in_register, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), CAST(NULL AS DATE),
    CAST(NULL AS DATE)
  FROM other_persons AS o
  WHERE o.person_key NOT IN (SELECT g.person_key FROM register_keys AS g)
)
SELECT
  person_key, id_number, id_quality, name, name_key, name_hash, township, village, in_register, household_id, village_group,
  register_status, status_date, moved_in_on,
  CASE
    WHEN id_quality = 'other_document' THEN sex
    WHEN person_key % 2 = 1 THEN 'male'
    ELSE 'female'
  END AS sex,
  CASE
    WHEN id_quality = 'other_document' THEN birth_date
    ELSE make_date(
      CAST(person_key // 10000000 % 10000 AS INTEGER),
      CAST(person_key // 100000 % 100 AS INTEGER),
      CAST(person_key // 1000 % 100 AS INTEGER)
    )
  END AS birth_date
FROM united
ORDER BY person_key;
