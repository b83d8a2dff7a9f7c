-- One row per employer and finding: what stands on the as-of date, and what stood in the previous run and no longer does
-- (`settled`). The stage follows the number of reminders and never goes back while a case is open. What nobody supplied is
-- empty: 未核对.
CREATE TABLE employer_findings AS
WITH
-- Cases of one employer are one matter where they can turn into each other.
before AS (
  SELECT
    uscc, employer, kind, stage, coalesce(uscc, employer) AS employer_key,
    CASE WHEN kind IN ('not_enrolled', 'selective') THEN 'enrolment' ELSE kind END AS matter,
    CASE stage WHEN 'court' THEN 3 WHEN 'penalty' THEN 2 WHEN 'reminded' THEN 1 ELSE 0 END AS step
  FROM previous_employer_findings
  WHERE stage IS DISTINCT FROM 'settled'
),

open_cases AS (
  SELECT
    c.*, n.uscc, n.employer, n.closed_on, n.registration_status,
    CASE WHEN c.kind IN ('not_enrolled', 'selective') THEN 'enrolment' ELSE c.kind END AS matter,
    CASE
      -- A place of registration is no duty that reminders are about.
      WHEN c.kind = 'registered_elsewhere' THEN 0
      WHEN NOT n.listed THEN NULL
      WHEN n.reminders >= p.penalty_from THEN 2
      WHEN n.reminders > 0 THEN 1
      ELSE 0
    END AS step,
    n.reminders, p.penalty_from, p.reminders_clause
  FROM employer_cases AS c
  INNER JOIN known_employers AS n ON n.employer_key = c.employer_key
  CROSS JOIN pack_employee AS p
),

staged AS (
  SELECT c.*, greatest(c.step, b.step) AS reached
  FROM open_cases AS c
  LEFT JOIN (
    SELECT employer_key, matter, max(step) AS step FROM before GROUP BY employer_key, matter
  ) AS b ON b.employer_key = c.employer_key AND b.matter = c.matter
),

settled AS (
  SELECT b.*, i.clause
  FROM before AS b
  INNER JOIN pack_inspections AS i ON i.kind = b.kind
  CROSS JOIN rosters_present AS u
  WHERE
    CASE b.kind
      WHEN 'base_understated' THEN u.pension OR u.payroll
      WHEN 'arrears' THEN u.arrears
      WHEN 'registered_elsewhere' THEN u.employers
      ELSE u.pension OR u.payroll
    END
    AND NOT EXISTS (SELECT 1 FROM open_cases AS c WHERE c.employer_key = b.employer_key AND c.matter = b.matter)
)

SELECT
  c.uscc, c.employer, c.kind,
  CASE WHEN u.pension THEN coalesce(h.by_pension, 0) END AS headcount_pension,
  CASE WHEN u.payroll THEN coalesce(h.by_payroll, 0) END AS headcount_payroll,
  coalesce(h.by_medical, 0) AS headcount_medical,
  c.missing, c.missing_ids, c.settled_ids, c.amount,
  CASE c.reached WHEN 3 THEN 'court' WHEN 2 THEN 'penalty' WHEN 1 THEN 'reminded' WHEN 0 THEN 'none' END AS stage,
  CASE
    WHEN c.reached >= 2 AND c.reminders_clause <> c.clause THEN [c.clause, c.reminders_clause]
    ELSE [c.clause]
  END AS clause,
  c.reason
  || CASE
    WHEN c.closed_on <= s.as_of THEN '；登记已于 ' || CAST(c.closed_on AS VARCHAR) || ' 注销'
    -- 注销, 吊销, 撤销, and nobody wrote since when.
    WHEN c.closed_on IS NULL AND contains(c.registration_status, '销') THEN '；登记状态为「' || c.registration_status || '」'
    ELSE ''
  END
  || CASE
    WHEN c.reached IS NULL AND NOT u.employers THEN '；没有用人单位名册，催缴次数未核对'
    WHEN c.reached IS NULL THEN '；用人单位名册中没有该单位，催缴次数未核对'
    WHEN c.reminders > 0 THEN '；已催缴 ' || CAST(c.reminders AS VARCHAR) || ' 次'
    ELSE ''
  END
  || CASE WHEN c.reached = 2 THEN '，转入行政处罚程序' ELSE '' END AS reason,
  coalesce(c.source_rows, CAST([] AS BIGINT[])) AS source_rows
FROM staged AS c
CROSS JOIN run_settings AS s
CROSS JOIN rosters_present AS u
LEFT JOIN employer_heads AS h ON h.employer_key = c.employer_key
UNION ALL
SELECT
  b.uscc, b.employer, b.kind,
  CASE WHEN u.pension THEN coalesce(h.by_pension, 0) END,
  CASE WHEN u.payroll THEN coalesce(h.by_payroll, 0) END,
  coalesce(h.by_medical, 0),
  0, CAST([] AS VARCHAR[]), CAST([] AS VARCHAR[]), CAST(0 AS DECIMAL(18, 2)), 'settled', [b.clause], '上期的问题本期已不存在',
  CAST([] AS BIGINT[])
FROM settled AS b
CROSS JOIN rosters_present AS u
LEFT JOIN employer_heads AS h ON h.employer_key = b.employer_key;
