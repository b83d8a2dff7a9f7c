-- One row per person enrolled or due in 居民医保: amounts, waiting period and benefit dates (contract §3).
-- The wait counts from the later of payment and first benefit day, that day included (readings: Days and dates).
CREATE TABLE dues AS
WITH waited AS (
  SELECT
    *,
    CASE WHEN wait_days > 0 AND NOT unknown_wait THEN greatest(pay_day, starts_on) + wait_days ELSE starts_on END
      AS first_day,
    CASE WHEN wait_days > 0 AND NOT unknown_wait THEN greatest(pay_day, starts_on) + wait_days - 1 END AS last_wait_day
  FROM dues_priced
),

dated AS (
  SELECT
    *,
    CASE WHEN admitted AND NOT unknown_wait AND first_day <= year_end THEN first_day END AS benefit_from,
    CAST(standard - subsidy_due AS DECIMAL(12, 2)) AS own_due
  FROM waited
)

SELECT
  d.person_key, f.id_number, f.name, f.township, f.village,
  d.code AS situation,
  d.own_due,
  CAST(d.subsidy_due AS DECIMAL(12, 2)) AS subsidy_due,
  CAST(d.fiscal_due AS DECIMAL(12, 2)) AS fiscal_due,
  CAST(d.standard + d.fiscal_due AS DECIMAL(12, 2)) AS total_due,
  CASE WHEN d.paid THEN d.pay_day END AS paid_on,
  d.benefit_from,
  CASE WHEN d.benefit_from IS NOT NULL THEN d.year_end END AS benefit_to,
  CASE WHEN NOT d.unknown_wait THEN CASE WHEN d.admitted THEN d.wait_days ELSE 0 END END AS waiting_days,
  d.last_wait_day AS waiting_until,
  d.admitted,
  d.next_year_flag,
  CASE WHEN d.subsidy_due > 0 THEN [d.clause, d.relief_clause] ELSE [d.clause] END AS clause,
  d.title
  || CASE
    WHEN NOT d.admitted THEN '：本年度不再办理参保缴费，无应缴金额'
    WHEN d.own_due IS NULL THEN '：个人缴费标准待定，金额无法计算'
    ELSE '：个人应缴 ' || CAST(d.own_due AS VARCHAR) || ' 元'
  END
  || CASE
    WHEN d.subsidy_due > 0 THEN '，资助 ' || CAST(CAST(d.subsidy_due AS DECIMAL(12, 2)) AS VARCHAR) || ' 元'
      || coalesce('（' || d.payer || '）', '')
    ELSE ''
  END
  || CASE
    WHEN NOT d.admitted OR d.fiscal_due = 0 THEN ''
    WHEN d.fiscal_due IS NULL THEN '，另缴财政补助部分（标准待定，合计无法计算）'
    ELSE '，另缴财政补助部分 ' || CAST(CAST(d.fiscal_due AS DECIMAL(12, 2)) AS VARCHAR) || ' 元'
  END
  || CASE
    WHEN d.unknown_wait THEN '；未提供上年度参保名单，等待期未核对'
    WHEN d.last_wait_day IS NOT NULL AND d.admitted THEN '；等待期至 ' || CAST(d.last_wait_day AS VARCHAR)
    ELSE ''
  END
  || CASE
    WHEN d.admitted AND NOT d.unknown_wait AND d.benefit_from IS NULL THEN '；起算日已在待遇年度之后，本年度无待遇'
    ELSE ''
  END
  || CASE WHEN d.pending THEN '（待确认）' ELSE '' END
  || CASE WHEN d.fallback THEN n.situations ELSE '' END AS reason,
  p.sources
FROM dated AS d
INNER JOIN person_facts AS f ON f.person_key = d.person_key
INNER JOIN person_sources AS p ON p.person_key = d.person_key
CROSS JOIN run_notes AS n;
