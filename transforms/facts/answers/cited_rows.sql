-- `cited_rows` of matching, together with the rows of answers.
CREATE VIEW cited_rows AS
SELECT
  r.person_key,
  CASE WHEN a.person_key IS NULL THEN r.source_rows ELSE list_sort(list_concat(r.source_rows, a.source_rows)) END
    AS source_rows
FROM roster_rows AS r
LEFT JOIN answer_rows AS a ON a.person_key = r.person_key;
