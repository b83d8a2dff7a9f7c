-- One row per person and relief identity of the run before of whom no row came, where a list is likelier to be missing than all of
-- them to have left: no roster of relief came at all, or of this identity, of a township's, or of everybody in a township more are
-- gone than a roster may lose. `reason`: which. Who had left already is not counted.
CREATE TABLE relief_losses AS
WITH placed AS (
  -- Few rows: what is judged is summed from them.
  SELECT family, title, township, count(*) AS persons, count(*) FILTER (WHERE NOT kept) AS gone
  FROM relief_kept
  WHERE NOT gone
  GROUP BY family, title, township
),

summed AS (
  SELECT
    *,
    sum(persons) OVER (PARTITION BY family) AS family_persons, sum(gone) OVER (PARTITION BY family) AS family_gone,
    sum(persons) OVER (PARTITION BY township) AS township_persons, sum(gone) OVER (PARTITION BY township) AS township_gone
  FROM placed
),

told AS (
  SELECT
    u.family, u.township,
    CASE
      WHEN NOT EXISTS (SELECT 1 FROM supplied AS r WHERE r.roster = 'relief')
        THEN '本期没有收到「' || s.roster_title || '」'
      WHEN u.family_persons >= s.least_rows AND u.family_gone = u.family_persons
        THEN '本期「' || s.roster_title || '」中没有「' || u.title || '」'
      WHEN u.family_persons >= s.least_rows AND u.family_gone > s.row_loss * u.family_persons
        THEN '本期「' || s.roster_title || '」中「' || u.title || '」少得超过检查上限'
      WHEN u.township IS NULL THEN NULL
      WHEN u.persons >= s.least_rows AND u.gone = u.persons
        THEN '本期「' || s.roster_title || '」中没有' || u.township || '的「' || u.title || '」'
      WHEN u.persons >= s.least_rows AND u.gone > s.row_loss * u.persons
        THEN '本期「' || s.roster_title || '」中' || u.township || '的「' || u.title || '」少得超过检查上限'
      WHEN u.township_persons >= s.least_rows AND u.township_gone > s.row_loss * u.township_persons
        THEN '本期「' || s.roster_title || '」中' || u.township || '的人少得超过检查上限'
    END || '，未核对' AS reason
  FROM summed AS u
  CROSS JOIN relief_limits AS s
  WHERE u.gone > 0
)

SELECT h.id_number, h.category, h.township, h.held_in, t.reason
FROM told AS t
INNER JOIN relief_kept AS h ON h.family = t.family AND h.township IS NOT DISTINCT FROM t.township
WHERE t.reason IS NOT NULL AND NOT h.kept AND NOT h.gone;
