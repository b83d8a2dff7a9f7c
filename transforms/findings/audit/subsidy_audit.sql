-- One row per person and finding, over all whom a department recognised, the enrolment system marked, or a payment subsidised:
-- recognised × due × marked × paid. Who has no finding has one row that says they agree. Without a roster of relief identities
-- nothing can be said of anybody.
CREATE TABLE subsidy_audit AS
WITH found AS (
  SELECT person_key, 'not_enrolled' AS finding, subsidy_due AS amount, '应资助而尚未参保缴费' AS reason, clause
  FROM audited_persons
  WHERE outcome = 'entitled_unpaid'
  UNION ALL
  SELECT
    person_key, 'not_received', subsidy_due - paid_subsidy,
    '已参保缴费，应资助 ' || CAST(subsidy_due AS VARCHAR) || ' 元，实际资助 ' || CAST(paid_subsidy AS VARCHAR) || ' 元', clause
  FROM audited_persons
  WHERE enrolled_entitled AND paid_subsidy < subsidy_due
  UNION ALL
  SELECT
    person_key, 'refund', paid_own - to_pay,
    '个人实缴 ' || CAST(paid_own AS VARCHAR) || ' 元，应缴 ' || CAST(to_pay AS VARCHAR) || ' 元，多缴部分应退', clause
  FROM audited_persons
  WHERE (enrolled_entitled OR enrolled_unsubsidised) AND paid_own > to_pay
  UNION ALL
  SELECT
    person_key, 'own_short', to_pay - paid_own,
    '个人实缴 ' || CAST(paid_own AS VARCHAR) || ' 元，应缴 ' || CAST(to_pay AS VARCHAR) || ' 元，少缴', clause
  FROM audited_persons
  WHERE (enrolled_entitled OR enrolled_unsubsidised) AND paid_own < to_pay AND unseen IS NULL
  UNION ALL
  SELECT
    person_key, 'twice', CASE WHEN subsidised_payments > 1 AND has_too_much THEN paid_subsidy - subsidy_due ELSE paid_subsidy END,
    CASE
      WHEN subsidised_payments > 1 AND has_too_much THEN '本地同一年度资助 ' || CAST(subsidised_payments AS VARCHAR) || ' 次'
      ELSE '本地与异地都有资助，由本人选定一处'
    END,
    coalesce(clause, [roster_clause])
  FROM audited_persons
  WHERE is_twice
  UNION ALL
  SELECT
    person_key, 'recover', paid_subsidy - subsidy_due,
    CASE
      WHEN outcome IS NULL AND NOT has_left
        THEN '已资助 ' || CAST(paid_subsidy AS VARCHAR) || ' 元，收到的困难群众名册中没有其缴费时有效的身份'
        || CASE WHEN subsidy_due > 0 THEN '，普惠补助应为 ' || CAST(subsidy_due AS VARCHAR) || ' 元' ELSE '' END
        || coalesce('；' || ended, '')
        || coalesce('；名册中' || possible || '，先核对', '')
        -- A list of who is in at present does not say since when somebody is not.
        || CASE WHEN has_exit_day THEN '' ELSE '；缴费以后才退出的不追回，先核对退出日期' END
      ELSE '已资助 ' || CAST(paid_subsidy AS VARCHAR) || ' 元，应资助 ' || CAST(subsidy_due AS VARCHAR) || ' 元'
        -- Why nothing is due stands with the subsidy; who is entitled to less has no other reason.
        || CASE WHEN subsidy_due = 0 AND outcome IS DISTINCT FROM 'not_entitled_subsidised' THEN '：' || subsidy_reason ELSE '' END
    END,
    coalesce(clause, [roster_clause])
  FROM audited_persons
  WHERE has_too_much AND NOT coalesce(is_twice, FALSE) AND NOT (outcome IS NULL AND has_unconfirmed AND NOT nothing_due) AND unseen IS NULL
  UNION ALL
  SELECT person_key, 'wrong_mark', NULL, 
    CASE
      WHEN len(categories) = 0 THEN '参保系统有资助标识，部门名册中没有此人的认定'
      ELSE '参保系统中的资助标识与部门认定不符'
    END,
    coalesce(clause, [roster_clause])
  FROM audited_persons
  WHERE has_wrong
  UNION ALL
  SELECT
    person_key, 'unconfirmed_mark', NULL, '参保系统有资助标识，' || coalesce(mark_awaited, '没有收到该类人员的名册，认定未核对'),
    coalesce(clause, [roster_clause])
  FROM audited_persons
  WHERE has_unconfirmed
  UNION ALL
  SELECT person_key, 'mark_missing', NULL, '应资助并已参保，参保系统中没有资助标识', clause
  FROM audited_persons
  WHERE marks_supplied AND enrolled_entitled AND NOT has_left AND subsidy_due > 0 AND len(marks) = 0
  UNION ALL
  SELECT
    person_key, 'late_recognition', NULL,
    '认定日期 ' || CAST(recognised_on AS VARCHAR) || '，晚于 ' || CAST(recognition_until AS VARCHAR),
    CASE WHEN recognition_clause IS NULL THEN clause ELSE [recognition_clause] END
  FROM audited_persons
  WHERE recognised_on > recognition_until
  UNION ALL
  SELECT
    person_key, 'late_payment', NULL,
    '缴费日期 ' || CAST(paid_on AS VARCHAR) || '，晚于集中参保缴费期末日 ' || CAST(window_closes AS VARCHAR),
    [coalesce(window_clause, scope_clause)]
  FROM audited_persons
  WHERE outcome IS NOT NULL AND paid_on > window_closes
  UNION ALL
  SELECT person_key, 'may_apply', subsidy_due, subsidy_reason, CASE WHEN elsewhere_clause IS NULL THEN clause ELSE [elsewhere_clause] END
  FROM audited_persons
  WHERE outcome = 'may_apply'
  UNION ALL
  SELECT person_key, 'unchecked', NULL, subsidy_reason, coalesce(clause, [roster_clause])
  FROM audited_persons
  WHERE outcome = 'not_computable' OR outcome IS NULL AND subsidy_due IS NULL AND unseen IS NULL
  UNION ALL
  SELECT
    person_key, 'unchecked', NULL, coalesce('已资助 ' || CAST(paid_subsidy AS VARCHAR) || ' 元；', '') || unseen,
    coalesce(clause, [roster_clause])
  FROM audited_persons
  WHERE unseen IS NOT NULL AND outcome IS DISTINCT FROM 'not_computable'
),

completed AS (
  SELECT * FROM found
  UNION ALL
  SELECT c.person_key, 'agrees', CAST(NULL AS DECIMAL(12, 2)), coalesce(c.subsidy_reason, '标识与认定相符'), coalesce(c.clause, [c.roster_clause])
  FROM audited_persons AS c
  WHERE c.person_key NOT IN (SELECT f.person_key FROM found AS f)
)

SELECT
  k.id_number, k.name, k.township, k.village, a.categories, a.recognised_on, a.payer,
  CAST(a.subsidy_due AS DECIMAL(12, 2)) AS subsidy_due, CAST(a.to_pay AS DECIMAL(12, 2)) AS own_due, a.marks,
  CAST(a.paid_own AS DECIMAL(12, 2)) AS paid_own, CAST(a.paid_subsidy AS DECIMAL(12, 2)) AS paid_subsidy, a.paid_on,
  c.finding, CAST(c.amount AS DECIMAL(12, 2)) AS amount, c.clause, c.reason, p.source_rows
FROM completed AS c
INNER JOIN audited_persons AS a ON a.person_key = c.person_key
INNER JOIN known_persons AS k ON k.person_key = c.person_key
INNER JOIN cited_rows AS p ON p.person_key = c.person_key;
