-- One row per roster row whose number may be another person's although it is well formed (contract §4): few, so that the next
-- steps are cheap. Numbers that end in 000 may be what a spreadsheet left of another; those of 15 digits have no check digit; those of
-- a document of which nobody says the kind may be two people's.
CREATE TABLE suspect_rows AS
SELECT
  roster, person_key, id_number, id_quality, name, name_key, sex, birth_date, township, village, source_no, row, year
FROM person_rows
WHERE id_quality IN ('suspect', 'converted15') OR (id_quality = 'other_document' AND starts_with(id_number, 'other:'));
