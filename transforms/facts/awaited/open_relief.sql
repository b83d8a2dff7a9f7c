-- One row per person and relief identity of which nobody can say whether it holds, or held when this year was paid, and why: it is
-- awaited, or the payment lies between the last list that held it and the first one that did not.
CREATE TABLE open_relief AS
SELECT person_key, category, family, reason
FROM awaited_relief
WHERE person_key IS NOT NULL
UNION ALL
SELECT DISTINCT
  c.person_key, c.category, c.family,
  '「' || g.title || '」' || c.reason || '，' || CAST(y.first_paid_on AS VARCHAR) || ' 缴费时是否有效未核对'
FROM carried_relief AS c
CROSS JOIN run_settings AS s
INNER JOIN relief_titles AS g ON g.category = c.category
INNER JOIN resident_years AS y ON y.person_key = c.person_key AND y.year = s.year
WHERE NOT c.awaited AND c.left_on IS NULL AND y.first_paid_on > c.seen_on AND y.first_paid_on < c.gone_by;
