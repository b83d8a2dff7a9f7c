-- One row per suspect number: the name that it stands for (of a row with the whole number, else of the first in precedence),
-- and whether any row has it in 18 characters.
CREATE TABLE suspect_anchors AS
SELECT
  r.person_key,
  arg_min(
    r.name_key,
    CASE WHEN r.id_quality = 'converted15' THEN 100000000000000000 ELSE 0 END
    + r.precedence * 1000000000000000 + r.source_no * 10000000000 + r.row
  ) FILTER (WHERE r.name_key IS NOT NULL) AS name_key,
  bool_or(r.id_quality <> 'converted15') AS is_whole
FROM person_rows AS r
INNER JOIN (SELECT DISTINCT person_key FROM suspect_rows) AS s ON s.person_key = r.person_key
GROUP BY r.person_key;
