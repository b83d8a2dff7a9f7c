-- One row per person marked as subsidised in the enrolment system for the pack's year: the marks, whether one of them is not among
-- the identities that departments recognised, and whether nothing was handed in that could confirm it: no list of it, or not the one
-- with this person (`awaited`: which is missing, or why else nobody can say). `has_exit_day`: of each of them it is known until when it was held.
CREATE TABLE subsidy_marks AS
WITH marked AS (
  SELECT DISTINCT
    p.person_key, m.code, coalesce(f.family, m.code) AS family
  FROM staged_resident_insurance AS p
  CROSS JOIN run_settings AS s
  INNER JOIN mark_codes AS m ON m.mark = p.help_identity
  LEFT JOIN relief_families AS f ON f.code = m.code
  WHERE p.person_key IS NOT NULL AND p.year = s.year AND NOT coalesce(p.reversed, FALSE)
),

held AS (
  SELECT DISTINCT person_key, family FROM identities
),

opened AS (
  SELECT person_key, family, max(reason) AS reason FROM open_relief GROUP BY person_key, family
)

SELECT
  m.person_key,
  list_sort(list(DISTINCT m.code)) AS marks,
  bool_or(h.person_key IS NULL AND c.family IS NOT NULL AND a.person_key IS NULL) AS has_wrong,
  bool_or(h.person_key IS NULL AND (c.family IS NULL OR a.person_key IS NOT NULL)) AS has_unconfirmed,
  max(a.reason) AS awaited,
  bool_and(x.person_key IS NOT NULL) AS has_exit_day
FROM marked AS m
LEFT JOIN held AS h ON h.person_key = m.person_key AND h.family = m.family
LEFT JOIN recognised_codes AS c ON c.family = m.family
LEFT JOIN opened AS a ON a.person_key = m.person_key AND a.family = m.family
LEFT JOIN relief_ends AS x ON x.person_key = m.person_key AND x.family = m.family
GROUP BY m.person_key;
