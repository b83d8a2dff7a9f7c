-- One row per person and relief identity of the run before: whether a row of that identity came this month (`kept`), whether one says
-- that the person holds it (`held`), and the last day on which one says they left. Nobody else's exit says anything of them.
-- `gone`: the run before knew already that they had left.
CREATE TABLE relief_kept AS
WITH named AS (
  SELECT
    r.person_key, g.family,
    bool_or(r.running AND NOT r.cleared AND coalesce(r.recognised_on <= s.as_of, TRUE)) AS held,
    max(r.left_on) FILTER (WHERE NOT r.running) AS left_on
  FROM relief_records AS r
  INNER JOIN relief_titles AS g ON g.category = r.code
  CROSS JOIN run_settings AS s
  GROUP BY r.person_key, g.family
),

-- Once, whatever sub-classes it has.
held_before AS (
  SELECT
    id_number, category, max(township) AS township, max(held_in) AS held_in,
    bool_and(gone_by IS NOT NULL OR left_on IS NOT NULL) AS gone
  FROM relief_before
  GROUP BY id_number, category
)

SELECT
  b.id_number, k.person_key, b.category, g.family, g.title, b.township, b.held_in, b.gone,
  n.person_key IS NOT NULL AS kept, coalesce(n.held, FALSE) AS held, n.left_on
FROM held_before AS b
INNER JOIN relief_titles AS g ON g.category = b.category
LEFT JOIN known_persons AS k ON k.id_number = b.id_number
LEFT JOIN named AS n ON n.person_key = k.person_key AND n.family = g.family;
