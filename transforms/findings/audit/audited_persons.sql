-- One row per person whom a department recognised, the enrolment system marked, or a payment subsidised: the four sides of the
-- audit. Empty without a roster of relief identities. A table, because each finding asks it.
CREATE TABLE audited_persons AS
WITH subsidised_payments AS (
  SELECT p.person_key, count(*) AS payments
  FROM resident_payments AS p
  CROSS JOIN run_settings AS s
  WHERE p.year = s.year AND p.is_local AND p.known AND p.counts AND p.subsidy_paid > 0
  GROUP BY p.person_key
),

subjects AS (
  SELECT person_key FROM subsidies
  UNION
  SELECT person_key FROM subsidy_marks
  UNION
  -- Whose subsidy is what everybody like them is granted whatever their identity, is no matter of this audit.
  SELECT p.person_key
  FROM subsidised_payments AS p
  INNER JOIN person_facts AS f ON f.person_key = p.person_key
  LEFT JOIN dues_amounts AS d ON d.person_key = p.person_key
  WHERE NOT coalesce(f.insured_resident AND f.subsidy_paid <= d.granted, FALSE)
),

-- Who is paid for on a list that has no column for marks: nobody knows whether the enrolment system marks them.
unmarked_lists AS (
  SELECT h.source_no FROM source_headers AS h GROUP BY h.source_no HAVING NOT bool_or(h.name = 'help_identity')
),

told_marks AS (
  SELECT DISTINCT p.person_key
  FROM resident_payments AS p
  INNER JOIN subjects AS j ON j.person_key = p.person_key
  CROSS JOIN run_settings AS s
  WHERE p.year = s.year AND p.source_no NOT IN (SELECT u.source_no FROM unmarked_lists AS u)
),

-- Until when they held what they hold no longer.
ended AS (
  SELECT
    e.person_key, array_to_string(list_sort(list(e.told)), '；') AS told,
    bool_or(e.family IN (SELECT coalesce(g.family, p.category) FROM pack_subsidies AS p LEFT JOIN relief_families AS g ON g.code = p.category))
      AS may_be_paid_for
  FROM relief_ends AS e
  INNER JOIN subjects AS j ON j.person_key = e.person_key
  GROUP BY e.person_key
),

-- Whom no list of this month says to have held what decides, though earlier ones did.
listed_before AS (
  SELECT person_key, category, max(seen_on) AS seen_on
  FROM carried_relief
  WHERE NOT awaited AND left_on IS NULL
  GROUP BY person_key, category
),

facts AS (
  SELECT
    j.person_key, u.outcome, u.category, coalesce(u.categories, CAST([] AS VARCHAR[])) AS categories, u.recognised_on,
    u.own_due, CASE WHEN u.outcome IS NULL AND b.clause IS NOT NULL THEN [b.clause] ELSE u.clause END AS clause,
    CASE
      WHEN u.outcome IS NOT NULL THEN u.reason
      WHEN d.person_key IS NOT NULL AND d.granted IS NULL AND d.standard IS NOT NULL AND b.person_key IS NULL THEN '普惠补助的条件未核对，金额没有算出'
      WHEN b.person_key IS NULL THEN NULL
      WHEN f.dead THEN '已死亡'
      WHEN f.insurance_status IN ('employee', 'both') THEN '已参加职工医保，不享受居民医保参保资助'
      WHEN n.person_key IS NOT NULL THEN n.told
      WHEN d.subsidy_due IS NULL AND d.person_key IS NOT NULL THEN '应缴金额中有待定的标准，无法核对'
      WHEN l.seen_on IS NOT NULL
        THEN '缴费时身份有效，最近一次在册是 ' || CAST(l.seen_on AS VARCHAR) || '，以后退出，按缴费时的标准核对'
      ELSE '缴费时身份有效，以后退出，按缴费时的标准核对'
    END AS subsidy_reason,
    coalesce(u.payer, b.payer) AS payer, b.until AS recognition_until, b.later_clause AS recognition_clause,
    -- Held on the day of payment and left since: what was due then was rightly paid.
    u.outcome IS NULL AND b.person_key IS NOT NULL AND n.person_key IS NULL AS has_left,
    -- Of what they are marked with; without a mark, of something that is subsidised.
    coalesce(m.has_exit_day, e.may_be_paid_for, FALSE) AS has_exit_day, e.told AS ended,
    o.told AS possible,
    -- Who is recognised for nothing has nothing due; an amount that the pack leaves open stays open.
    CASE
      WHEN u.outcome IN ('not_entitled', 'next_year') THEN CAST(u.subsidy + coalesce(d.granted, 0) AS DECIMAL(12, 2))
      WHEN u.outcome IS NOT NULL THEN u.subsidy
      WHEN d.person_key IS NULL THEN CAST(0 AS DECIMAL(12, 2))
      -- What is granted to whom it fits, whatever their identity, is due all the same.
      WHEN b.person_key IS NULL OR b.unseen IS NOT NULL AND n.person_key IS NULL THEN d.granted
      ELSE CAST(d.subsidy_due AS DECIMAL(12, 2))
    END AS subsidy_due,
    coalesce(m.marks, CAST([] AS VARCHAR[])) AS marks,
    t.person_key IS NOT NULL AS marks_told,
    coalesce(m.has_wrong, FALSE) AS has_wrong, coalesce(m.has_unconfirmed, FALSE) AS has_unconfirmed,
    f.insured_resident, f.local_subsidy,
    CASE WHEN f.insured_resident THEN f.own_paid END AS paid_own,
    CASE WHEN f.insured_resident THEN f.subsidy_paid END AS paid_subsidy,
    coalesce(y.payments, 0) AS subsidised_payments,
    -- What is due whatever the identity, is known …
    CASE WHEN u.outcome IS NULL OR u.outcome = 'not_computable' THEN n.told END AS unseen,
    -- … as it is of the dead and of who is in 职工医保.
    b.unseen IS NOT NULL AND n.person_key IS NULL AS nothing_due, m.awaited AS mark_awaited,
    d.own_due + d.fiscal_due + coalesce(x.amount, 0) AS to_pay, CASE WHEN d.paid THEN d.pay_day END AS paid_on
  FROM subjects AS j
  INNER JOIN person_facts AS f ON f.person_key = j.person_key
  LEFT JOIN subsidies AS u ON u.person_key = j.person_key
  LEFT JOIN best_subsidies AS b ON b.person_key = j.person_key
  LEFT JOIN subsidy_marks AS m ON m.person_key = j.person_key
  LEFT JOIN told_marks AS t ON t.person_key = j.person_key
  LEFT JOIN subsidised_payments AS y ON y.person_key = j.person_key
  LEFT JOIN dues_amounts AS d ON d.person_key = j.person_key
  LEFT JOIN laid_out AS x ON x.person_key = j.person_key
  LEFT JOIN unseen_relief AS n ON n.person_key = j.person_key
  LEFT JOIN possible_relief AS o ON o.person_key = j.person_key
  LEFT JOIN ended AS e ON e.person_key = j.person_key
  LEFT JOIN listed_before AS l ON l.person_key = j.person_key AND l.category = b.category
  WHERE EXISTS (SELECT 1 FROM supplied AS r WHERE r.roster = 'relief')
)

SELECT
  a.*, s.has_marks AND a.marks_told AS marks_supplied, s.window_closes, s.window_clause, s.elsewhere_clause, s.scope_clause,
  s.recognition_clause AS roster_clause,
  (a.outcome IN ('entitled_paid', 'overpaid_refund', 'underpaid') OR a.has_left AND a.subsidy_due > 0)
  AND a.paid_on IS NOT NULL AS enrolled_entitled,
  -- Whom nobody subsidises owes the full price: what they paid may differ from it too.
  a.outcome IN ('not_entitled', 'next_year') AND a.paid_on IS NOT NULL AS enrolled_unsubsidised,
  coalesce(a.paid_subsidy, 0) > a.subsidy_due AS has_too_much,
  a.local_subsidy > 0 AND a.paid_subsidy > 0 OR a.subsidised_payments > 1 AND a.paid_subsidy > a.subsidy_due AS is_twice
FROM facts AS a
CROSS JOIN run_settings AS s;
