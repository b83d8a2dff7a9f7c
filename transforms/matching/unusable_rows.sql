-- One row per roster row that names nobody: its number is damaged, or suspect and of another name.
CREATE TABLE unusable_rows AS
SELECT roster, source_no, row, raw_id, name, name_key, birth_date, sex, township, village, year
FROM damaged
UNION ALL
SELECT roster, source_no, row, id_number, name, name_key, birth_date, sex, township, village, CAST(NULL AS INTEGER)
FROM suspect_mismatches;
