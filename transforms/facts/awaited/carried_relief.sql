-- One row per person, relief identity and sub-class of the run before that nothing says they hold this month: when last a list held it
-- (`seen_on`), the as-of date of the first list without it (`gone_by`; null while it is awaited), and the day of exit where one was ever
-- stated, which goes before both. An exit from before the recognition is that of an earlier time. Kept for as long as
-- payments of the pack's year may lie before it.
CREATE TABLE carried_relief AS
WITH left_since AS (
  SELECT
    k.person_key, b.id_number, b.category, k.family, b.grade, b.disability_type, b.disability_grade, b.area_type,
    b.recognised_on, b.undated, b.township, b.held_in, b.seen_on,
    CASE WHEN a.id_number IS NULL THEN coalesce(b.gone_by, s.as_of) ELSE b.gone_by END AS gone_by,
    CASE WHEN coalesce(k.left_on >= b.recognised_on, k.left_on IS NOT NULL) THEN k.left_on ELSE b.left_on END AS left_on,
    a.id_number IS NOT NULL AS awaited, a.reason AS awaited_for, s.year
  FROM relief_kept AS k
  INNER JOIN relief_before AS b ON b.id_number = k.id_number AND b.category = k.category
  CROSS JOIN run_settings AS s
  LEFT JOIN awaited_relief AS a ON a.id_number = k.id_number AND a.category = k.category
  -- Runs of an earlier version did not say how it was held, but of whom it was awaited.
  WHERE NOT k.held AND (b.undated IS NOT NULL OR a.id_number IS NOT NULL)
)

SELECT
  person_key, id_number, category, family, grade, disability_type, disability_grade, area_type, recognised_on, undated,
  township, held_in, seen_on, gone_by, left_on, awaited,
  CASE
    WHEN awaited THEN awaited_for
    WHEN left_on IS NOT NULL THEN '退出日期 ' || CAST(left_on AS VARCHAR)
    ELSE '最近一次在册是 ' || CAST(seen_on AS VARCHAR) || '，' || CAST(gone_by AS VARCHAR) || ' 已不在册，没有退出日期'
  END AS reason
FROM left_since
WHERE awaited OR coalesce(left_on, gone_by) >= make_date(year - 1, 1, 1);
