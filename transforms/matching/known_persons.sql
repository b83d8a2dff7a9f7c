-- One row per ID number: name, township and village by precedence, sex and birth date from the number itself where it
-- carries them.
CREATE TABLE known_persons AS
WITH united AS (
  SELECT
    g.person_key, g.id_number, g.id_quality, g.name, g.name_key, g.sex, g.birth_date,
    coalesce(g.township, o.township) AS township,
    -- A village of another township is not theirs.
    coalesce(g.village, CASE WHEN g.township IS NULL OR g.township = o.township THEN o.village END) AS village
  FROM register_persons AS g
  LEFT JOIN other_persons AS o ON o.person_key = g.person_key
  UNION ALL
  SELECT
    o.person_key, o.id_number, o.id_quality, o.name, o.name_key, o.sex, o.birth_date, o.township, o.village
  FROM other_persons AS o
  WHERE o.person_key NOT IN (SELECT g.person_key FROM register_persons AS g)
)
SELECT
  person_key, id_number, id_quality, name, name_key, township, village,
  CASE
    WHEN id_quality <> 'other_document'
      THEN CASE WHEN CAST(substr(id_number, 17, 1) AS INTEGER) % 2 = 1 THEN 'male' ELSE 'female' END
    ELSE sex
  END AS sex,
  CASE
    WHEN id_quality <> 'other_document'
      THEN make_date(
        CAST(substr(id_number, 7, 4) AS INTEGER),
        CAST(substr(id_number, 11, 2) AS INTEGER),
        CAST(substr(id_number, 13, 2) AS INTEGER)
      )
    ELSE birth_date
  END AS birth_date
FROM united;
