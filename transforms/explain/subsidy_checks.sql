-- One row per relief record, row of the pack's subsidies for its code (codes without one stand alone) and condition for a subsidy
-- of the pack's year (contract §4, One best subsidy).
CREATE TABLE subsidy_checks AS
WITH single AS (
  SELECT
    r.person_key, unnest(r.categories) AS code, r.recognised_on, r.left_on, coalesce(r.risk_cleared, FALSE) AS risk_cleared,
    b.label || CAST(r.row AS VARCHAR) AS place, CAST(NULL AS VARCHAR) AS carried
  FROM staged_relief AS r
  INNER JOIN source_sheets AS b ON b.source_no = r.source_no
  WHERE r.person_key IS NOT NULL
  UNION ALL
  -- No row of this month says it.
  SELECT person_key, category, recognised_on, coalesce(left_on, seen_on), FALSE, NULL, reason
  FROM carried_relief
  WHERE person_key IS NOT NULL AND NOT awaited
),

asked AS (
  SELECT
    c.*, p.ordinal, p.pending, p.until, p.conditional, CASE WHEN p.conditional THEN f.fits ELSE TRUE END AS fits,
    c.code || coalesce('：' || p.title, '') AS way, coalesce(p.title, '本项资助') AS title
  FROM single AS c
  LEFT JOIN pack_subsidies AS p ON p.category = c.code
  LEFT JOIN (
    SELECT person_key, code, ordinal, bool_or(fits) AS fits FROM subsidy_fits GROUP BY person_key, code, ordinal
  ) AS f ON f.person_key = c.person_key AND f.code = c.code AND f.ordinal = p.ordinal
)

SELECT
  c.person_key, c.way, 1 AS way_number, 1 AS number, '认定日期不晚于统计日 ' || CAST(s.as_of AS VARCHAR) AS condition,
  c.recognised_on IS NULL OR c.recognised_on <= s.as_of AS holds,
  coalesce(CAST(c.recognised_on AS VARCHAR), '未写认定日期') AS found, c.place
FROM asked AS c
CROSS JOIN run_settings AS s
UNION ALL
SELECT
  c.person_key, c.way, 1, 2, '统计日或缴费日没有退出',
  c.left_on IS NULL OR c.left_on >= s.as_of OR coalesce(c.left_on >= y.first_paid_on, FALSE),
  coalesce(c.carried, CAST(c.left_on AS VARCHAR) || ' 退出', '没有退出'), c.place
FROM asked AS c
CROSS JOIN run_settings AS s
LEFT JOIN resident_years AS y ON y.person_key = c.person_key AND y.year = s.year
UNION ALL
-- The list holds who has an identity on the as-of date; what somebody held when they paid is the audit's.
SELECT
  c.person_key, c.way, 1, 9, '统计日还有一种困难身份', FALSE, '都已退出；缴费时的身份在资助四方比对中核对', c.place
FROM asked AS c
LEFT JOIN relief_state AS r ON r.person_key = c.person_key AND r.current
WHERE r.person_key IS NULL
UNION ALL
SELECT
  person_key, way, 1, 3, '监测对象的风险没有消除', NOT risk_cleared, CASE WHEN risk_cleared THEN '已消除' ELSE '没有消除' END,
  place
FROM asked
WHERE code IN (SELECT f.code FROM relief_families AS f WHERE f.family = 'monitored')
UNION ALL
SELECT
  person_key, way, 1, 4, '本年度政策写明该类人员的资助标准', coalesce(NOT pending, FALSE),
  CASE WHEN ordinal IS NULL THEN '没有这一类' WHEN pending THEN '标准待定' ELSE '写明' END, place
FROM asked
UNION ALL
SELECT
  person_key, way, 1, 5, '符合「' || title || '」的条件', coalesce(fits, FALSE),
  CASE WHEN fits THEN '符合' WHEN NOT fits THEN '不符合' ELSE '名册没有写明，未核对' END, place
FROM asked
WHERE conditional
UNION ALL
SELECT
  person_key, way, 1, 6, '认定日期不晚于资助截止日 ' || CAST(until AS VARCHAR),
  recognised_on IS NULL OR recognised_on <= until, coalesce(CAST(recognised_on AS VARCHAR), '未写认定日期'), place
FROM asked
WHERE until IS NOT NULL
UNION ALL
SELECT
  c.person_key, c.way, 1, 7, '没有参加职工医保', f.insurance_status NOT IN ('employee', 'both'),
  CASE WHEN f.insurance_status IN ('employee', 'both') THEN '已参加' ELSE '没有' END, c.place
FROM asked AS c
INNER JOIN person_facts AS f ON f.person_key = c.person_key
UNION ALL
SELECT
  c.person_key, c.way, 1, 8, '缴费情形可以享受资助', coalesce(t.subsidised, FALSE), coalesce(t.title, '没有应缴'), c.place
FROM asked AS c
LEFT JOIN dues_amounts AS d ON d.person_key = c.person_key
LEFT JOIN pack_situations AS t ON t.ordinal = d.ordinal;
