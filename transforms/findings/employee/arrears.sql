-- One row per payer and time in arrears, running or made up: the state of benefits on the as-of date and who bears the costs.
-- Made up within the grace from the first day without benefits: restored on the day the money arrived, back to that first day.
-- Later: a wait of which the day of payment is the first day, nothing back. A pack without such rules lists months only.
CREATE TABLE arrears AS
WITH last_jobs AS (
  SELECT person_key, bool_or(employee_type = 'active' AND (employer IS NOT NULL OR uscc IS NOT NULL)) AS by_employer
  FROM (
    SELECT * FROM employee_spells
    QUALIFY rank() OVER (PARTITION BY person_key ORDER BY insured_from DESC NULLS LAST) = 1
  ) AS last_begun
  GROUP BY person_key
),

dated AS (
  SELECT
    a.*, s.as_of, p.arrears_clause, p.grace_clause, p.wait_clause, p.liability_clause, p.grace_months,
    CAST(a.stopped_from + p.grace_months * INTERVAL 1 MONTH AS DATE) AS too_late_from,
    CAST(a.ended_on + p.wait_days + p.wait_months * INTERVAL 1 MONTH AS DATE) AS waits_to,
    CASE
      WHEN a.by_employer THEN 'employer'
      WHEN a.by_person THEN 'person'
      WHEN p.liability_clause IS NULL THEN NULL
      WHEN a.uscc IS NOT NULL OR coalesce(j.by_employer, FALSE) THEN 'employer'
      ELSE 'person'
    END AS liable
  FROM arrears_spells AS a
  CROSS JOIN run_settings AS s
  CROSS JOIN pack_employee AS p
  LEFT JOIN last_jobs AS j ON j.person_key = a.person_key
),

judged AS (
  SELECT
    *,
    CASE
      WHEN grace_months IS NULL THEN NULL
      WHEN ended_on IS NULL AND as_of < too_late_from THEN 'stopped'
      WHEN ended_on IS NULL THEN 'suspended'
      WHEN ended_on < too_late_from THEN 'restored_retroactive'
      WHEN as_of < waits_to THEN 'waiting'
      ELSE 'restored'
    END AS state
  FROM dated
)

SELECT
  k.id_number, k.name, k.township, k.village, j.uscc, j.first_unpaid_month, j.months, j.state,
  CASE WHEN j.state IS NOT NULL THEN j.stopped_from END AS stopped_from,
  j.ended_on AS restored_on,
  CASE WHEN j.state = 'restored_retroactive' THEN j.stopped_from END AS retroactive_from,
  CASE
    WHEN j.state = 'restored_retroactive' THEN j.stopped_from
    WHEN j.state IN ('waiting', 'restored') THEN j.waits_to
  END AS benefit_from,
  j.liable,
  list_sort(list_distinct([
    j.arrears_clause,
    CASE WHEN j.state IN ('suspended', 'waiting', 'restored') THEN j.wait_clause ELSE coalesce(j.grace_clause, j.arrears_clause) END,
    coalesce(j.liability_clause, j.arrears_clause)
  ])) AS clause,
  CASE WHEN j.person_key IS NULL THEN coalesce(n.employer, j.uscc) || '：' ELSE '' END
  || '自 ' || j.first_unpaid_month || ' 起 ' || CAST(j.months AS VARCHAR) || ' 个月未按时足额缴费'
  || CASE j.state
    WHEN 'stopped' THEN '；自 ' || CAST(j.stopped_from AS VARCHAR) || ' 起停止待遇，'
      || CAST(j.too_late_from - 1 AS VARCHAR) || ' 及以前补足欠费和滞纳金的，追溯恢复'
    WHEN 'suspended' THEN '；自 ' || CAST(j.stopped_from AS VARCHAR) || ' 起停止待遇，超过 ' || CAST(j.grace_months AS VARCHAR)
      || ' 个月没有补足，按暂停参保处理'
    WHEN 'restored_retroactive' THEN '；已于 ' || CAST(j.ended_on AS VARCHAR) || ' 补足，恢复待遇并追溯'
    WHEN 'waiting' THEN '；' || CAST(j.ended_on AS VARCHAR) || ' 补足，超过 ' || CAST(j.grace_months AS VARCHAR)
      || ' 个月，等待期至 ' || CAST(j.waits_to - 1 AS VARCHAR) || '，不再追补'
    WHEN 'restored' THEN '；' || CAST(j.ended_on AS VARCHAR) || ' 补足，等待期已满，不再追补'
    ELSE CASE
      WHEN j.ended_on IS NOT NULL THEN '；已于 ' || CAST(j.ended_on AS VARCHAR) || ' 补足'
      ELSE '；尚未补足，应提醒续保；文件没有规定停止与恢复待遇的期限'
    END
  END
  || CASE
    WHEN j.liability_clause IS NULL THEN ''
    WHEN j.liable = 'employer' THEN '；期间医疗费用除应由个人承担的部分外由用人单位承担'
    ELSE '；期间医疗费用由个人承担'
  END
  || CASE
    WHEN j.liability_clause IS NOT NULL AND NOT j.by_employer AND NOT j.by_person THEN '（责任方未注明，按缴费主体判断）'
    ELSE ''
  END AS reason,
  j.source_rows
FROM judged AS j
LEFT JOIN known_persons AS k ON k.person_key = j.person_key
LEFT JOIN known_employers AS n ON n.employer_key = j.uscc AND j.person_key IS NULL;
