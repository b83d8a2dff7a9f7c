-- One row per person and condition for standing among the payment findings (contract §3).
CREATE TABLE payment_checks AS
SELECT
  f.person_key, '死亡后缴费或仍为正常' AS way, 1 AS way_number, 1 AS number, '有死亡记录' AS condition, f.dead AS holds,
  CASE WHEN f.dead THEN coalesce(CAST(f.died_on AS VARCHAR), '日期不详') ELSE '没有' END AS found, CAST(NULL AS VARCHAR) AS place
FROM person_facts AS f
UNION ALL
SELECT
  f.person_key, '金额不符', 2, 1, '本年度个人实缴与应缴（个人部分加自付财政部分）不同，不是重复缴费，也不是先缴后补的全额缴费；没有困难群众名册时少缴的不算',
  coalesce(d.paid AND d.admitted AND f.own_paid <> d.own_due + d.fiscal_due, FALSE)
  AND NOT EXISTS (SELECT 1 FROM laid_out AS o WHERE o.person_key = f.person_key)
  AND (f.own_paid > d.own_due + d.fiscal_due OR EXISTS (SELECT 1 FROM supplied AS r WHERE r.roster = 'relief'))
  AND NOT (
    f.own_paid > d.own_due + d.fiscal_due AND EXISTS (SELECT 1 FROM paid_twice AS t WHERE t.person_key = f.person_key)
  ),
  coalesce('实缴 ' || CAST(f.own_paid AS VARCHAR) || ' 元', '没有实缴金额')
  || coalesce('，应缴 ' || CAST(d.own_due + d.fiscal_due AS VARCHAR) || ' 元', '，应缴待定或没有'),
  CAST(NULL AS VARCHAR)
FROM person_facts AS f
LEFT JOIN dues_amounts AS d ON d.person_key = f.person_key
UNION ALL
SELECT
  f.person_key, '期外缴费', 3, 1, '已缴费，而缴费日早于集中参保缴费期首日（所属情形自己写明缴费日期的除外），或所属情形不准予参保（困难身份未核对的不算）',
  coalesce(
    d.paid AND (
      NOT d.admitted AND f.person_key NOT IN (SELECT n.person_key FROM unseen_relief AS n) OR d.pay_day < s.window_opens AND NOT t.own_window
    ), FALSE
  ),
  CASE WHEN coalesce(d.paid, FALSE) THEN CAST(d.pay_day AS VARCHAR) || ' 缴费' ELSE '本年度没有有效缴费' END,
  CAST(NULL AS VARCHAR)
FROM person_facts AS f
CROSS JOIN run_settings AS s
LEFT JOIN dues_amounts AS d ON d.person_key = f.person_key
LEFT JOIN pack_situations AS t ON t.ordinal = d.ordinal;
