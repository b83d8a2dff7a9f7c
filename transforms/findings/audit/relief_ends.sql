-- One row per person and relief identity (its family) of which it is known that it has ended: a list states the day of exit, or lists
-- held it and no longer do. `told`: when. Few rows; a table, because marks and persons ask it.
CREATE TABLE relief_ends AS
WITH ended AS (
  SELECT person_key, code, left_on, CAST(NULL AS VARCHAR) AS told
  FROM relief_records
  WHERE NOT running
  UNION ALL
  SELECT person_key, category, left_on, CASE WHEN left_on IS NULL THEN reason END
  FROM carried_relief
  WHERE person_key IS NOT NULL AND NOT awaited
)

SELECT
  e.person_key, g.family,
  '「' || g.title || '」' || coalesce('退出日期 ' || CAST(max(e.left_on) AS VARCHAR), max(e.told)) AS told
FROM ended AS e
INNER JOIN relief_titles AS g ON g.category = e.code
GROUP BY e.person_key, g.family, g.title;
