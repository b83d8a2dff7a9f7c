-- One row per moved person whom both runs know from the same rows: every sheet that named them is there again, unchanged, and no
-- other names them. Only asked for where the rules are not those of the previous run.
CREATE TABLE untouched_moves AS
WITH same_sheets AS (
  SELECT DISTINCT b.source_no, b.label
  FROM source_sheets AS b
  INNER JOIN previous_inputs AS i ON i.sha256 = b.sha256
),

earlier_places AS (
  SELECT m.person_key, unnest(e.sources) AS place
  FROM insured_moves AS m
  CROSS JOIN earlier_run AS r
  INNER JOIN known_persons AS k ON k.person_key = m.person_key
  INNER JOIN earlier_persons AS e ON e.id_number = k.id_number
  WHERE r.other_rules
),

present_places AS (
  SELECT m.person_key, unnest(c.source_rows) AS place
  FROM insured_moves AS m
  CROSS JOIN earlier_run AS r
  INNER JOIN cited_rows AS c ON c.person_key = m.person_key
  WHERE r.other_rules
),

judged AS (
  SELECT p.person_key, s.label IS NOT NULL AS same
  FROM earlier_places AS p
  LEFT JOIN same_sheets AS s ON s.label = rtrim(p.place, '0123456789')
  UNION ALL
  SELECT p.person_key, s.source_no IS NOT NULL
  FROM present_places AS p
  LEFT JOIN same_sheets AS s ON s.source_no = p.place // 10000000000
)

SELECT person_key
FROM judged
GROUP BY person_key
HAVING bool_and(same);
