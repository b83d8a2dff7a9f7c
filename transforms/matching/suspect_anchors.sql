-- One row per suspect number: the name of the first row in precedence that carries it.
CREATE TABLE suspect_anchors AS
SELECT person_key, arg_min(name_key, place) AS name_key
FROM suspect_rows
WHERE name_key IS NOT NULL
GROUP BY person_key;
