-- One row per suspect number: the name of the first row in precedence that carries it.
CREATE TABLE suspect_anchors AS
SELECT
  person_key,
  arg_min(name_key, precedence * 1000000000000000 + source_no * 10000000000 + row) AS name_key
FROM person_rows
WHERE id_quality = 'suspect' AND name_key IS NOT NULL
GROUP BY person_key;
