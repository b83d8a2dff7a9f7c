-- One row per person in the register: which of their rows counts (a normal one before others, then who moved in last; of
-- equal rows the first by what stands in them, so that the order of a file decides nothing), whether they have others, and
-- whether township or village is missing somewhere.
CREATE TABLE register_keys AS
WITH counted AS (
  SELECT
    person_key,
    min(
      CASE WHEN coalesce(register_status, 'normal') = 'normal' THEN 0 ELSE 1000000000000000 END
      + source_no * 10000000000 + row
    ) AS place,
    bool_or(township IS NULL OR village IS NULL) AS has_gap,
    count(*) AS rows_of_person
  FROM staged_household_register
  WHERE person_key IS NOT NULL
  GROUP BY person_key
),

chosen AS (
  SELECT r.person_key, r.source_no * 10000000000 + r.row AS place
  FROM staged_household_register AS r
  INNER JOIN counted AS c ON c.person_key = r.person_key
  WHERE c.rows_of_person > 1
  QUALIFY row_number() OVER (
    PARTITION BY r.person_key
    ORDER BY
      CASE WHEN coalesce(r.register_status, 'normal') = 'normal' THEN 0 ELSE 1 END, r.moved_in_on DESC NULLS LAST,
      r.status_date DESC NULLS LAST, r.township NULLS LAST, r.village NULLS LAST, r.household_id NULLS LAST,
      r.village_group NULLS LAST, r.name_key NULLS LAST, r.source_no, r.row
  ) = 1
)

SELECT c.person_key, coalesce(h.place, c.place) AS place, c.has_gap, c.rows_of_person > 1 AS repeated
FROM counted AS c
LEFT JOIN chosen AS h ON h.person_key = c.person_key;
