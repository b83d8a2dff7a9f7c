-- One row per person: every roster row that names them, as numbers (sheet times 10^10 plus row), in reading order. Outputs
-- write them out as `file|sheet|row`; as numbers they cost a tenth of the time and memory. In the order of the keys, as
-- `known_persons`.
CREATE TABLE cited_rows AS
SELECT person_key, list_sort(list(source_no * 10000000000 + row)) AS source_rows
FROM person_rows
GROUP BY person_key
ORDER BY person_key;
