-- One row per person and relief identity of the run before: whether a row of that identity came this month, held or ended. Nobody
-- else's exit says anything of them.
CREATE TABLE relief_kept AS
WITH named AS (
  SELECT DISTINCT r.person_key, g.family
  FROM (SELECT person_key, unnest(categories) AS category FROM staged_relief) AS r
  INNER JOIN relief_titles AS g ON g.category = r.category
  WHERE r.person_key IS NOT NULL
)

SELECT b.id_number, b.category, g.family, g.title, b.township, b.held_in, n.person_key IS NOT NULL AS kept
FROM relief_before AS b
INNER JOIN relief_titles AS g ON g.category = b.category
LEFT JOIN known_persons AS k ON k.id_number = b.id_number
LEFT JOIN named AS n ON n.person_key = k.person_key AND n.family = g.family;
