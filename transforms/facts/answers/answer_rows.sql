-- One row per person of whom returned or carried answers speak, with their rows (as in `cited_rows`), applied or not.
CREATE TABLE answer_rows AS
WITH places AS (
  SELECT person_key, source_no * 10000000000 + row AS place FROM returned_answers WHERE located
  UNION
  SELECT person_key, source_no * 10000000000 + row FROM standing_answers
)
SELECT person_key, list_sort(list(place)) AS source_rows
FROM places
GROUP BY person_key;
