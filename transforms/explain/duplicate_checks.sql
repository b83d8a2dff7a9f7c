-- One row per person and condition for standing among the duplicates (domain.md D5).
CREATE TABLE duplicate_checks AS
WITH counted AS (
  SELECT person_key, count(*) AS records FROM cover_records GROUP BY person_key
),

paid AS (
  SELECT y.person_key, y.payments
  FROM resident_years AS y
  CROSS JOIN run_settings AS s
  WHERE y.year = s.year
),

-- The list itself says who stands on it: conditions are not computed a second time.
listed AS (
  SELECT DISTINCT k.person_key, d.kind = 'DUP-PAY' AS by_payment
  FROM duplicates AS d
  INNER JOIN known_persons AS k ON k.id_number = d.id_number
)

SELECT
  f.person_key, '两条参保记录重叠' AS way, 1 AS way_number, 1 AS number,
  '居民、职工、异地参保中有两条以上统计日有效、时间重叠的记录' AS condition, l.person_key IS NOT NULL AS holds,
  CASE
    WHEN l.person_key IS NOT NULL THEN CAST(c.records AS VARCHAR) || ' 条'
    WHEN coalesce(c.records, 0) > 1 THEN CAST(c.records AS VARCHAR) || ' 条，时间不重叠'
    WHEN f.insurance_status IN ('none', 'other_cover') THEN '没有有效的参保记录'
    ELSE '只有一条有效的参保记录'
  END AS found,
  CAST(NULL AS VARCHAR) AS place
FROM person_facts AS f
LEFT JOIN counted AS c ON c.person_key = f.person_key
LEFT JOIN listed AS l ON l.person_key = f.person_key AND NOT l.by_payment
UNION ALL
SELECT
  f.person_key, '同一年度重复缴费', 2, 1, '本年度在本地有两笔以上有效缴费，合计超过应缴', l.person_key IS NOT NULL,
  CAST(coalesce(p.payments, 0) AS VARCHAR) || ' 笔', CAST(NULL AS VARCHAR)
FROM person_facts AS f
LEFT JOIN paid AS p ON p.person_key = f.person_key
LEFT JOIN listed AS l ON l.person_key = f.person_key AND l.by_payment;
