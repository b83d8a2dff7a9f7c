-- One row per rejected row or value, at its place in the file.
CREATE TABLE rejects AS
SELECT r.roster, s.file, s.sheet, r.row, r."column", r.rule, r.severity, r.value, r.advice
FROM rejects_raw AS r
LEFT JOIN source_sheets AS s ON s.source_no = r.source_no;
