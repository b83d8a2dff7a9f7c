-- One row per roster row that names nobody: its number is damaged, or it was taken back. A view: rows may be taken back later.
CREATE VIEW unusable_rows AS
SELECT roster, source_no, row, raw_id, name, name_key, birth_date, sex, township, village, year, record
FROM damaged
UNION ALL
SELECT roster, source_no, row, raw_id, name, name_key, birth_date, sex, township, village, year, record
FROM taken_back_rows;
