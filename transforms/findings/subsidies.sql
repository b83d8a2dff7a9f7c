-- One row per person with a relief identity on the as-of date: what it comes to this year and whether it was paid. `person_key`: for
-- the audit, which asks by it.
CREATE TABLE subsidies AS
WITH listed AS (
  -- Who is on none of them is entitled to nothing: that follows from all of them.
  SELECT list_sort(list_distinct(list(clause))) AS clauses FROM pack_subsidies WHERE category IS NOT NULL
),

-- Of who meets the condition of no row for their identity: what is lacking for those of which least is.
nearest AS (
  SELECT DISTINCT
    f.person_key, f.unmet
      || CASE WHEN NOT d.paid AND contains(f.unmet, '缴费日') THEN '（没有缴费，按 ' || CAST(d.pay_day AS VARCHAR) || ' 核对）' ELSE '' END
      AS unmet
  FROM subsidy_fits AS f
  INNER JOIN best_subsidies AS r ON r.person_key = f.person_key AND r.category = f.code AND r.tier = 3
  LEFT JOIN dues_amounts AS d ON d.person_key = f.person_key
  WHERE f.unmet_parts > 0 AND (f.pay_day IS NULL OR d.pay_day IS NULL OR f.pay_day = d.pay_day)
  QUALIFY rank() OVER (PARTITION BY f.person_key ORDER BY f.unmet_parts) = 1
),

unmet AS (
  SELECT person_key, array_to_string(list_sort(list(unmet)), '；或者') AS conditions FROM nearest GROUP BY person_key
),

facts AS (
  SELECT
    r.*, u.conditions, k.id_number, k.name, k.township, k.village, f.dead, f.in_population, f.insurance_status, f.scheme_due, f.insured_resident,
    f.elsewhere_resident, f.elsewhere_employee, f.local_subsidy,
    coalesce(nullif(d.standard, 0), v.value) AS standard,
    d.own_due, d.subsidy_due, d.fiscal_due, d.own_due + d.fiscal_due + coalesce(o.amount, 0) AS to_pay,
    o.amount IS NOT NULL AS has_laid_out, coalesce(d.granted, 0) AS granted, CASE WHEN d.paid THEN d.pay_day END AS paid_on, d.admitted,
    d.subsidised, t.title, t.clause AS situation_clause, t.pending AS reading_pending,
    CASE WHEN f.insured_resident THEN f.own_paid END AS paid_own,
    CASE WHEN f.insured_resident THEN f.subsidy_paid END AS paid_subsidy,
    s.elsewhere_outcome, s.elsewhere_clause, s.scope_clause,
    EXISTS (SELECT 1 FROM pack_subsidies AS q WHERE q.category = r.category) AS has_rule
  FROM best_subsidies AS r
  INNER JOIN person_facts AS f ON f.person_key = r.person_key
  INNER JOIN known_persons AS k ON k.person_key = r.person_key
  CROSS JOIN run_settings AS s
  LEFT JOIN pack_values AS v ON v.name = 'individual_contribution'
  LEFT JOIN dues_amounts AS d ON d.person_key = r.person_key
  LEFT JOIN unmet AS u ON u.person_key = r.person_key
  LEFT JOIN laid_out AS o ON o.person_key = r.person_key
  LEFT JOIN pack_situations AS t ON t.ordinal = d.ordinal
  WHERE r.current
),

judged AS (
  SELECT
    *,
    CASE WHEN has_rule THEN '不符合本年度政策对该类人员资助的条件' || coalesce('：' || conditions, '') ELSE '本年度政策没有该类人员的资助' END
    || CASE WHEN granted > 0 THEN '，普惠补助 ' || CAST(granted AS VARCHAR) || ' 元见「应缴」' ELSE '' END AS lacking,
    CASE
      WHEN insurance_status IN ('employee', 'both') OR (insurance_status = 'elsewhere' AND elsewhere_employee
        AND NOT elsewhere_resident) THEN 'employee_insured'
      WHEN insurance_status = 'elsewhere' AND elsewhere_resident THEN
        CASE
          WHEN local_subsidy > 0 THEN 'subsidised_elsewhere'
          WHEN unseen IS NOT NULL AND elsewhere_outcome = 'may_apply' THEN 'not_computable'
          WHEN entitled AND elsewhere_outcome = 'may_apply' THEN 'may_apply'
          WHEN tier = 1 THEN later
          WHEN pending THEN 'not_computable'
          ELSE 'not_entitled'
        END
      WHEN tier = 3 THEN CASE WHEN paid_subsidy > granted THEN 'not_entitled_subsidised' ELSE 'not_entitled' END
      -- Where nothing is due to anybody, it does not matter what is awaited.
      WHEN tier = 2 AND NOT (unseen IS NOT NULL AND admitted IS NULL) THEN 'not_computable'
      WHEN dead OR own_due IS NULL AND admitted IS NULL THEN
        CASE WHEN paid_subsidy > granted THEN 'not_entitled_subsidised' ELSE 'not_entitled' END
      WHEN tier = 1 THEN CASE WHEN paid_subsidy > granted THEN 'not_entitled_subsidised' ELSE later END
      WHEN NOT coalesce(subsidised, FALSE) THEN
        CASE WHEN paid_subsidy > granted THEN 'not_entitled_subsidised' ELSE 'not_entitled' END
      WHEN subsidy_due IS NULL THEN 'not_computable'
      WHEN paid_on IS NULL THEN 'entitled_unpaid'
      WHEN fiscal_due IS NULL THEN 'not_computable'
      WHEN paid_own > to_pay THEN 'overpaid_refund'
      WHEN paid_own < to_pay OR paid_subsidy < subsidy_due THEN 'underpaid'
      WHEN paid_subsidy > subsidy_due THEN 'not_entitled_subsidised'
      ELSE 'entitled_paid'
    END AS outcome
  FROM facts
)

SELECT
  j.person_key, j.id_number, j.name, j.township, j.village, j.category, j.categories, j.recognised_on,
  CAST(j.standard AS DECIMAL(12, 2)) AS standard,
  CAST(
    CASE
      WHEN j.outcome = 'not_computable' THEN CASE WHEN j.tier = 0 THEN j.subsidy_due END
      WHEN j.outcome = 'may_apply' THEN least(j.amount, j.standard)
      WHEN j.outcome IN ('entitled_paid', 'entitled_unpaid', 'overpaid_refund', 'underpaid') THEN j.subsidy_due
      WHEN j.outcome = 'not_entitled_subsidised' THEN coalesce(j.subsidy_due, 0)
      ELSE 0
    END AS DECIMAL(12, 2)
  ) AS subsidy,
  j.own_due,
  j.payer,
  CAST(j.paid_own AS DECIMAL(12, 2)) AS paid_own,
  CAST(j.paid_subsidy AS DECIMAL(12, 2)) AS paid_subsidy,
  j.outcome,
  CASE
    WHEN j.tier = 3 AND j.clause IS NULL AND len(l.clauses) > 0 THEN l.clauses
    ELSE
      list_sort(list_distinct([
        coalesce(j.clause, j.scope_clause),
        CASE
          WHEN j.outcome IN ('next_year') OR j.tier = 1 THEN coalesce(j.later_clause, j.scope_clause)
          WHEN j.outcome IN ('may_apply', 'subsidised_elsewhere') THEN coalesce(j.elsewhere_clause, j.scope_clause)
          WHEN j.outcome = 'not_entitled' AND j.situation_clause IS NOT NULL THEN j.situation_clause
          ELSE coalesce(j.clause, j.scope_clause)
        END
      ]))
  END AS clause,
  CASE j.outcome
    WHEN 'employee_insured' THEN '已参加职工医保，不享受居民医保参保资助'
    WHEN 'subsidised_elsewhere' THEN '在异地参加居民医保，当地已资助'
    WHEN 'may_apply' THEN
      CASE
        WHEN j.local_subsidy IS NULL THEN '在异地参加居民医保，当地是否资助未核对；未享受的可回户籍地申请'
        ELSE '在异地参加居民医保，当地未资助，可回户籍地申请'
      END
    WHEN 'next_year' THEN '认定日期晚于资助认定截止日 ' || CAST(j.until AS VARCHAR) || '，纳入下一年度资助'
    WHEN 'not_computable' THEN
      CASE
        WHEN j.unseen IS NOT NULL THEN j.unseen
        WHEN j.tier = 2 AND NOT j.pending THEN '资助的条件缺少名册或名册没有写明，未核对'
        WHEN j.tier = 2 THEN '文件未写明该类人员资助标准，金额待定'
        ELSE '应缴金额中有待定的标准，无法核对'
      END
    WHEN 'entitled_unpaid' THEN '应资助，尚未缴费'
    WHEN 'entitled_paid' THEN
      CASE
        WHEN j.paid_own IS NULL AND j.paid_subsidy IS NULL THEN '应资助，已缴费；名册没有写明金额，是否相符未核对'
        WHEN j.paid_subsidy IS NULL AND j.subsidy_due > 0 THEN '应资助，个人缴费相符；名册没有写明资助金额，未核对'
        WHEN j.paid_own IS NULL AND j.own_due > 0 THEN '应资助，资助金额相符；名册没有写明个人缴费金额，未核对'
        WHEN j.has_laid_out THEN '应资助，先缴后补：本人已全额缴费，资助金额相符'
        ELSE '应资助，个人缴费与资助金额相符'
      END
    WHEN 'overpaid_refund' THEN '应资助，个人多缴，应退'
    WHEN 'underpaid' THEN
      CASE WHEN j.has_laid_out THEN '应资助，先缴后补：本人已全额缴费，资助尚未足额发放' ELSE '应资助，个人缴费或资助不足' END
    WHEN 'not_entitled_subsidised' THEN
      CASE
        WHEN j.tier = 3 AND j.clause IS NULL THEN
          j.lacking || '，已资助 ' || CAST(j.paid_subsidy AS VARCHAR) || CASE WHEN j.granted > 0 THEN ' 元，超过的应追回' ELSE ' 元，应追回' END
        ELSE
          '已资助 ' || CAST(j.paid_subsidy AS VARCHAR) || ' 元，应资助 ' || CAST(coalesce(j.subsidy_due, 0) AS VARCHAR)
          || ' 元，超过的应追回'
      END
    ELSE
      CASE
        WHEN j.dead THEN '已死亡'
        WHEN j.tier = 3 THEN j.lacking
        WHEN j.tier = 1 THEN '认定日期晚于资助认定截止日 ' || CAST(j.until AS VARCHAR)
        WHEN j.insurance_status = 'elsewhere' THEN '在异地参保，文件没有异地参保资助的规定'
        WHEN NOT j.in_population AND j.paid_on IS NULL THEN '不在参保范围'
        WHEN j.insurance_status = 'other_cover' THEN '有其他保障，不参加居民医保'
        WHEN j.scheme_due = 'employee' AND j.paid_on IS NULL THEN '应参加职工医保'
        WHEN j.own_due = 0 AND j.admitted THEN '个人免缴，不需要资助'
        WHEN j.admitted THEN '这种情形按规定不资助' || coalesce('（' || j.title || '）', '')
        ELSE '集中缴费期外，不享受本年度资助' || coalesce('（' || j.title || '）', '')
      END
  END
  || CASE WHEN coalesce(j.reading_pending, FALSE) AND j.subsidy_due > 0 THEN '（待确认）' ELSE '' END
  || CASE WHEN j.unknown AND j.tier < 2 THEN '；另有资助的条件缺少名册或名册没有写明，未核对' ELSE '' END
  -- By a roster that is missing this month they had cover that no subsidy goes with; by an earlier list of deaths they died.
  || coalesce('；' || v.reason, '') AS reason,
  p.source_rows
FROM judged AS j
CROSS JOIN listed AS l
INNER JOIN cited_rows AS p ON p.person_key = j.person_key
LEFT JOIN awaited_cover AS v ON v.person_key = j.person_key;
