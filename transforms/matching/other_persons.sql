-- One row per person whom the register lacks, or of whom it lacks township or village: the word of the other rosters, the
-- first in precedence that has one; of several years enrolled the newest.
CREATE TABLE other_persons AS
WITH wanted AS (
  SELECT
    r.*,
    r.precedence * 100000000000000000
    + least(99, greatest(0, 2100 - coalesce(r.year, 2100))) * 1000000000000000 + r.source_no * 10000000000 + r.row AS place
  FROM person_rows AS r
  LEFT JOIN register_keys AS g ON g.person_key = r.person_key
  WHERE r.precedence > 1 AND (g.person_key IS NULL OR g.has_gap)
)
SELECT
  person_key,
  arg_min(id_number, place) AS id_number,
  arg_min(id_quality, place) AS id_quality,
  arg_min(name, place) FILTER (WHERE name IS NOT NULL) AS name,
  arg_min(name_key, place) FILTER (WHERE name_key IS NOT NULL) AS name_key,
  arg_min(name_hash, place) FILTER (WHERE name_key IS NOT NULL) AS name_hash,
  arg_min(sex, place) FILTER (WHERE sex IS NOT NULL) AS sex,
  arg_min(birth_date, place) FILTER (WHERE birth_date IS NOT NULL) AS birth_date,
  arg_min(township, place) FILTER (WHERE township IS NOT NULL) AS township,
  arg_min(village, place) FILTER (WHERE village IS NOT NULL) AS village
FROM wanted
GROUP BY person_key;
