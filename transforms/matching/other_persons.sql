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
),

-- Where each word stands comes first, and the words of these rows then: a person may have hundreds of rows.
first_places AS (
  SELECT
    person_key,
    min(place) AS number_place,
    min(place) FILTER (WHERE name IS NOT NULL) AS name_place,
    min(place) FILTER (WHERE name_key IS NOT NULL) AS name_key_place,
    min(place) FILTER (WHERE sex IS NOT NULL) AS sex_place,
    min(place) FILTER (WHERE birth_date IS NOT NULL) AS birth_place,
    min(place) FILTER (WHERE township IS NOT NULL) AS township_place,
    min(place) FILTER (WHERE village IS NOT NULL) AS village_place
  FROM wanted
  GROUP BY person_key
)

SELECT
  f.person_key,
  max(w.id_number) FILTER (WHERE w.place = f.number_place) AS id_number,
  max(w.id_quality) FILTER (WHERE w.place = f.number_place) AS id_quality,
  max(w.name) FILTER (WHERE w.place = f.name_place) AS name,
  max(w.name_key) FILTER (WHERE w.place = f.name_key_place) AS name_key,
  max(w.name_hash) FILTER (WHERE w.place = f.name_key_place) AS name_hash,
  max(w.sex) FILTER (WHERE w.place = f.sex_place) AS sex,
  max(w.birth_date) FILTER (WHERE w.place = f.birth_place) AS birth_date,
  max(w.township) FILTER (WHERE w.place = f.township_place) AS township,
  max(w.village) FILTER (WHERE w.place = f.village_place) AS village
FROM wanted AS w
INNER JOIN first_places AS f ON f.person_key = w.person_key
WHERE w.place IN (
    f.number_place, f.name_place, f.name_key_place, f.sex_place, f.birth_place, f.township_place, f.village_place
  )
GROUP BY f.person_key;
