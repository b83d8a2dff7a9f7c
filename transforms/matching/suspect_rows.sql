-- One row per roster row with a suspect number (contract §4): few, so that the next steps are cheap.
CREATE TABLE suspect_rows AS
SELECT
  roster, person_key, id_number, name, name_key, sex, birth_date, township, village, source_no, row,
  precedence * 1000000000000000 + source_no * 10000000000 + row AS place
FROM person_rows
WHERE id_quality = 'suspect';
