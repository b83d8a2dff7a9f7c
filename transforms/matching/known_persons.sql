-- One row per ID number: name, township and village by precedence, sex and birth date from the number itself where it
-- carries them.
CREATE TABLE known_persons AS
WITH ranked AS (
  SELECT *, precedence * 1000000000000000 + source_no * 10000000000 + row AS place
  FROM person_rows
)
SELECT
  id_number,
  arg_min(id_quality, place) AS id_quality,
  arg_min(name, place) FILTER (WHERE name IS NOT NULL) AS name,
  arg_min(name_key, place) FILTER (WHERE name_key IS NOT NULL) AS name_key,
  CASE
    WHEN length(id_number) = 18 AND arg_min(id_quality, place) <> 'other_document'
      THEN CASE WHEN CAST(substr(id_number, 17, 1) AS INTEGER) % 2 = 1 THEN 'male' ELSE 'female' END
    ELSE arg_min(sex, place) FILTER (WHERE sex IS NOT NULL)
  END AS sex,
  CASE
    WHEN length(id_number) = 18 AND arg_min(id_quality, place) <> 'other_document'
      THEN make_date(
        CAST(substr(id_number, 7, 4) AS INTEGER),
        CAST(substr(id_number, 11, 2) AS INTEGER),
        CAST(substr(id_number, 13, 2) AS INTEGER)
      )
    ELSE arg_min(birth_date, place) FILTER (WHERE birth_date IS NOT NULL)
  END AS birth_date,
  arg_min(township, place) FILTER (WHERE township IS NOT NULL) AS township,
  arg_min(village, place) FILTER (WHERE village IS NOT NULL) AS village,
  arg_min(phone, place) FILTER (WHERE phone IS NOT NULL) AS phone,
  min(precedence) AS precedence,
  min(name_key) <> max(name_key) AS names_differ
FROM ranked
GROUP BY id_number;
