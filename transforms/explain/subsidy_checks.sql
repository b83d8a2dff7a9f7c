-- One row per relief record and code of a person, and condition for a subsidy of the pack's year (contract §4, One best subsidy).
CREATE TABLE subsidy_checks AS
WITH single AS (
  SELECT
    r.person_key, unnest(r.categories) AS code, r.recognised_on, r.left_on, coalesce(r.risk_cleared, FALSE) AS risk_cleared,
    b.label || CAST(r.row AS VARCHAR) AS place
  FROM staged_relief AS r
  INNER JOIN source_sheets AS b ON b.source_no = r.source_no
  WHERE r.person_key IS NOT NULL
),

priced AS (
  SELECT code, count(p.category) > 0 AS listed, count(p.category) FILTER (WHERE NOT p.pending) > 0 AS priced
  FROM (SELECT DISTINCT code FROM single) AS c
  LEFT JOIN pack_subsidies AS p ON p.category = c.code
  GROUP BY code
)

SELECT
  c.person_key, c.code AS way, 1 AS way_number, 1 AS number, '认定日期不晚于统计日 ' || CAST(s.as_of AS VARCHAR) AS condition,
  c.recognised_on IS NULL OR c.recognised_on <= s.as_of AS holds,
  coalesce(CAST(c.recognised_on AS VARCHAR), '未写认定日期') AS found, c.place
FROM single AS c
CROSS JOIN run_settings AS s
UNION ALL
SELECT
  c.person_key, c.code, 1, 2, '统计日没有退出', c.left_on IS NULL OR c.left_on >= s.as_of,
  coalesce(CAST(c.left_on AS VARCHAR) || ' 退出', '没有退出'), c.place
FROM single AS c
CROSS JOIN run_settings AS s
UNION ALL
SELECT
  person_key, code, 1, 3, '监测对象的风险没有消除', NOT risk_cleared, CASE WHEN risk_cleared THEN '已消除' ELSE '没有消除' END,
  place
FROM single
WHERE code LIKE 'monitored%'
UNION ALL
SELECT
  c.person_key, c.code, 1, 4, '本年度政策写明该类人员的资助标准', p.priced,
  CASE WHEN p.priced THEN '写明' WHEN p.listed THEN '标准待定' ELSE '没有这一类' END, c.place
FROM single AS c
INNER JOIN priced AS p ON p.code = c.code
UNION ALL
SELECT
  c.person_key, c.code, 1, 5, '认定日期不晚于资助截止日 ' || CAST(s.recognition_until AS VARCHAR),
  c.recognised_on IS NULL OR c.recognised_on <= s.recognition_until,
  coalesce(CAST(c.recognised_on AS VARCHAR), '未写认定日期'), c.place
FROM single AS c
CROSS JOIN run_settings AS s
WHERE s.recognition_until IS NOT NULL
UNION ALL
SELECT
  c.person_key, c.code, 1, 6, '没有参加职工医保', f.insurance_status NOT IN ('employee', 'both'),
  CASE WHEN f.insurance_status IN ('employee', 'both') THEN '已参加' ELSE '没有' END, c.place
FROM single AS c
INNER JOIN person_facts AS f ON f.person_key = c.person_key
UNION ALL
SELECT
  c.person_key, c.code, 1, 7, '缴费情形可以享受资助', coalesce(t.subsidised, FALSE), coalesce(t.title, '没有应缴'), c.place
FROM single AS c
LEFT JOIN dues_amounts AS d ON d.person_key = c.person_key
LEFT JOIN pack_situations AS t ON t.ordinal = d.ordinal;
