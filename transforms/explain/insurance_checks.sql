-- One row per record of cover of a person and condition for it to count on the as-of date (contract §4, Insured).
CREATE TABLE insurance_checks AS
WITH payments AS (
  SELECT
    p.*, '居民医保 ' || CAST(p.year AS VARCHAR) || ' 年度' AS way, b.label || CAST(p.row AS VARCHAR) AS place
  FROM resident_payments AS p
  INNER JOIN source_sheets AS b ON b.source_no = p.source_no
),

spells AS (
  SELECT
    e.*, '职工医保' || coalesce('（' || e.employer || '）', '') AS way, b.label || CAST(e.row AS VARCHAR) AS place
  FROM employee_spells AS e
  INNER JOIN source_sheets AS b ON b.source_no = e.source_no
),

reported AS (
  -- Rows that may tell of cover elsewhere; which of them do stands in `other_records`.
  SELECT person_key, place, insured_status, insured_from, stopped_on, source_no, row
  FROM staged_other_insurance
  WHERE person_key IS NOT NULL
  UNION ALL
  SELECT person_key, area_elsewhere, insured_status, CAST(NULL AS DATE), CAST(NULL AS DATE), source_no, row
  FROM resident_payments
  WHERE NOT is_local
  UNION ALL
  SELECT person_key, area, insured_status, insured_from, stopped_on, source_no, row
  FROM employee_spells
  WHERE NOT is_local
),

elsewhere AS (
  SELECT
    o.person_key, o.place AS area, o.insured_status, o.insured_from, o.stopped_on, coalesce(c.reason_code LIKE 'B%', FALSE) AS counts,
    '异地参保或其他保障' || coalesce('（' || o.place || '）', '') AS way, b.label || CAST(o.row AS VARCHAR) AS place
  FROM reported AS o
  INNER JOIN source_sheets AS b ON b.source_no = o.source_no
  LEFT JOIN other_records AS c ON c.source_no = o.source_no AND c.row = o.row
)

SELECT
  p.person_key, p.way, 1 AS way_number, 1 AS number, '参保年度为本年度' AS condition, p.year = s.year AS holds,
  CAST(p.year AS VARCHAR) || ' 年度' AS found, p.place
FROM payments AS p
CROSS JOIN run_settings AS s
UNION ALL
SELECT person_key, way, 1, 2, '在本地参保', is_local, coalesce(area_elsewhere, '本地'), place FROM payments
UNION ALL
SELECT
  p.person_key, p.way, 1, 3, '已缴费，缴费日不晚于统计日 ' || CAST(s.as_of AS VARCHAR), p.known,
  coalesce(CAST(p.paid_on AS VARCHAR), '没有缴费日期'), p.place
FROM payments AS p
CROSS JOIN run_settings AS s
UNION ALL
SELECT
  person_key, way, 1, 4, '没有退费', NOT reversed, CASE WHEN reversed THEN '已退费' ELSE '没有' END, place
FROM payments
UNION ALL
SELECT
  person_key, way, 1, 5, '参保状态为正常，或缴费后暂停', insured_status IN ('1', '2'),
  CASE insured_status WHEN '0' THEN '未参保' WHEN '1' THEN '正常' WHEN '2' THEN '暂停' WHEN '4' THEN '终止' ELSE insured_status END,
  place
FROM payments
UNION ALL
SELECT
  p.person_key, p.way, 1, 6, '该年度的缴费没有全部退回',
  y.person_key IS NOT NULL, CASE WHEN y.person_key IS NULL THEN '没有有效的缴费' ELSE '有有效的缴费' END, p.place
FROM payments AS p
LEFT JOIN resident_years AS y ON y.person_key = p.person_key AND y.year = p.year
-- What else is wrong with the payment has been said by then.
WHERE p.is_local AND p.known AND p.counts
UNION ALL
SELECT person_key, way, 2, 1, '在本地参保', is_local, coalesce(area, '本地'), place FROM spells
UNION ALL
SELECT
  e.person_key, e.way, 2, 2, '统计日 ' || CAST(s.as_of AS VARCHAR) || ' 在保（已起保、未停保；没写停保日期的，状态正常）', e.active,
  coalesce('自 ' || CAST(e.insured_from AS VARCHAR), '起保日期未写') || coalesce('，停保 ' || CAST(e.stopped_on AS VARCHAR), '')
  || CASE coalesce(e.insured_status, '1')
    WHEN '1' THEN '，状态正常' WHEN '2' THEN '，状态暂停' WHEN '4' THEN '，状态终止' ELSE '，状态未参保'
  END,
  e.place
FROM spells AS e
CROSS JOIN run_settings AS s
UNION ALL
SELECT
  o.person_key, o.way, 3, 1, '统计日 ' || CAST(s.as_of AS VARCHAR) || ' 有效（已起保、未停保；没写停保日期的，状态正常），是基本医保或其他保障',
  o.counts,
  coalesce('自 ' || CAST(o.insured_from AS VARCHAR), '起保日期未写') || coalesce('，停保 ' || CAST(o.stopped_on AS VARCHAR), '')
  || CASE WHEN coalesce(o.insured_status, '1') = '1' THEN '，状态正常' ELSE '，状态不是正常' END,
  o.place
FROM elsewhere AS o
CROSS JOIN run_settings AS s;
