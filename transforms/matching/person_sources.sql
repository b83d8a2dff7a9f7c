-- One row per person: every roster row that names them, as `file|sheet|row`.
CREATE TABLE person_sources AS
SELECT r.person_key, list_sort(list(s.label || CAST(r.row AS VARCHAR))) AS sources
FROM person_rows AS r
INNER JOIN source_sheets AS s ON s.source_no = r.source_no
GROUP BY r.person_key;
