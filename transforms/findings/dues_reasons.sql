-- One row per distinct outcome of a situation: its sentence and clauses, written once instead of once a person.
CREATE TABLE dues_reasons AS
WITH outcomes AS (
  SELECT DISTINCT
    ordinal, own_due, subsidy_due, granted, fiscal_due, relief_ordinal, waiting_until, unknown_wait, benefit_from IS NULL AS none
  FROM dues_amounts
)
SELECT
  o.*,
  t.code,
  CASE WHEN p.clause IS NULL THEN [t.clause] ELSE [t.clause, p.clause] END AS clause,
  t.title
  || CASE
    WHEN NOT t.admitted THEN '：不办理参保缴费，无应缴金额'
    WHEN o.own_due IS NULL AND p.pending THEN '：资助标准待定，扣除资助后的个人应缴无法计算'
    WHEN o.own_due IS NULL AND p.ordinal IS NOT NULL THEN '：资助的条件未核对，扣除资助后的个人应缴无法计算'
    WHEN o.own_due IS NULL THEN '：个人缴费标准待定，金额无法计算'
    ELSE
      '：个人应缴 ' || CAST(o.own_due AS VARCHAR) || ' 元'
      || CASE WHEN t.chooses THEN '（缴费档次由本人选择）' ELSE '' END
  END
  || CASE
    WHEN o.subsidy_due > o.granted
      THEN '，资助 ' || CAST(CAST(o.subsidy_due - o.granted AS DECIMAL(12, 2)) AS VARCHAR) || ' 元' || coalesce('（' || p.payer || '）', '')
      || CASE WHEN p.afterwards THEN '，先由本人全额缴费、以后发放' ELSE '' END
    ELSE ''
  END
  || CASE WHEN o.granted > 0 THEN '，普惠补助 ' || CAST(o.granted AS VARCHAR) || ' 元' ELSE '' END
  || CASE
    WHEN NOT t.admitted OR o.fiscal_due = 0 THEN ''
    WHEN o.fiscal_due IS NULL THEN '，另缴财政补助部分（标准待定，合计无法计算）'
    ELSE '，另缴财政补助部分 ' || CAST(o.fiscal_due AS VARCHAR) || ' 元'
  END
  || CASE
    WHEN t.unknown_wait AND s.has_last_year THEN '；等待期未核对'
    WHEN t.unknown_wait THEN '；未提供上年度参保名单，等待期未核对'
    WHEN o.unknown_wait THEN '；缺少以前年度的参保名单，断保年数、等待期未核对'
    WHEN o.waiting_until IS NOT NULL THEN '；等待期至 ' || CAST(o.waiting_until AS VARCHAR)
    ELSE ''
  END
  || CASE
    WHEN NOT t.admitted OR o.unknown_wait OR NOT o.none THEN ''
    WHEN t.start = 'none' THEN '；不享受本年度待遇'
    WHEN t.end_date IS NULL THEN '；起算日已在待遇年度之后，本年度无待遇'
    ELSE '；起算日已在待遇截止日（' || CAST(t.end_date AS VARCHAR) || '）之后，没有待遇'
  END
  || CASE WHEN t.pending THEN '（待确认）' ELSE '' END
  || CASE WHEN t.fallback THEN n.situations ELSE '' END AS reason
FROM outcomes AS o
INNER JOIN pack_situations AS t ON t.ordinal = o.ordinal
LEFT JOIN pack_subsidies AS p ON p.ordinal = o.relief_ordinal
CROSS JOIN run_notes AS n
CROSS JOIN run_settings AS s;
