-- One row per person in the register: which of their rows counts (a normal one before others, then the first read), and
-- how many rows they have, and whether township or village is missing somewhere.
CREATE TABLE register_keys AS
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
GROUP BY person_key;
