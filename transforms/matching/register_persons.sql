-- One row per person in the register: the first row read.
CREATE TABLE register_persons AS
SELECT person_key, id_number, id_quality, name, name_key, sex, birth_date, township, village
FROM staged_household_register
WHERE person_key IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY person_key ORDER BY source_no, row) = 1;
