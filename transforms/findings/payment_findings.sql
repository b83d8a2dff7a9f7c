-- One row per payment that should not stand so: after the death of the person, of a wrong amount, when nobody was
-- admitted, or for several years at once where the pack forbids it to students.
CREATE TABLE payment_findings AS
WITH looked_at AS (
  SELECT person_key FROM person_facts WHERE dead OR college_student
  UNION
  SELECT person_key FROM awaited_cover WHERE roster = 'deaths' AND person_key IS NOT NULL
  UNION
  SELECT d.person_key
  FROM dues_amounts AS d
  CROSS JOIN run_settings AS s
  WHERE d.paid AND (NOT d.admitted OR d.pay_day < s.window_opens)
),

concerned AS (
  SELECT
    f.person_key, f.dead, f.died_on, f.college_student,
    -- An identity that is awaited may admit them.
    d.paid AND NOT d.admitted AND n.person_key IS NULL AS refused,
    d.paid AND d.pay_day < s.window_opens AND NOT t.own_window AS early, t.title, t.clause
  FROM looked_at AS l
  INNER JOIN person_facts AS f ON f.person_key = l.person_key
  CROSS JOIN run_settings AS s
  LEFT JOIN dues_amounts AS d ON d.person_key = f.person_key
  LEFT JOIN pack_situations AS t ON t.ordinal = d.ordinal
  LEFT JOIN unseen_relief AS n ON n.person_key = f.person_key
),

paid AS (
  SELECT p.person_key, p.year, p.paid_on, p.own_paid, p.insured_status, p.counts, p.source_no, p.row
  FROM resident_payments AS p
  INNER JOIN looked_at AS l ON l.person_key = p.person_key
  WHERE p.is_local AND p.known AND NOT p.reversed AND coalesce(p.own_paid, 0) >= 0
),

same_day AS (
  SELECT p.person_key, p.paid_on
  FROM paid AS p
  INNER JOIN concerned AS c ON c.person_key = p.person_key
  WHERE c.college_student
  GROUP BY p.person_key, p.paid_on
  HAVING count(DISTINCT p.year) > 1
),

found AS (
  SELECT
    p.person_key, 'after_death' AS kind, p.year, p.paid_on, p.own_paid AS amount,
    '死亡日期 ' || coalesce(CAST(c.died_on AS VARCHAR), '不详')
    || CASE WHEN p.paid_on > c.died_on THEN '，之后仍有缴费' ELSE '，参保状态仍为正常' END AS reason,
    s.scope_clause AS clause, p.source_no, p.row
  FROM paid AS p
  INNER JOIN concerned AS c ON c.person_key = p.person_key
  CROSS JOIN run_settings AS s
  -- An earlier year has run out: only a payment made for it after the death still stands wrongly.
  WHERE c.dead AND (p.paid_on > c.died_on OR (p.year >= s.year AND p.insured_status = '1'))
  UNION ALL
  -- On an earlier list only: nobody has taken it back, and the day is not known any more.
  SELECT
    p.person_key, 'after_death', p.year, p.paid_on, p.own_paid,
    a.reason || '；参保状态仍为正常，请核实是否健在', s.scope_clause, p.source_no, p.row
  FROM paid AS p
  INNER JOIN awaited_cover AS a ON a.person_key = p.person_key AND a.roster = 'deaths'
  CROSS JOIN run_settings AS s
  WHERE p.year >= s.year AND p.insured_status = '1'
  UNION ALL
  SELECT
    p.person_key, 'multi_year', p.year, p.paid_on, p.own_paid, '大中专院校学生同一天缴纳多个年度',
    s.students_yearly_clause, p.source_no, p.row
  FROM paid AS p
  INNER JOIN same_day AS m ON m.person_key = p.person_key AND m.paid_on = p.paid_on
  CROSS JOIN run_settings AS s
  WHERE s.students_yearly AND p.year >= s.year
  UNION ALL
  SELECT
    p.person_key, 'outside_window', p.year, p.paid_on, p.own_paid,
    CASE WHEN c.refused THEN c.title || '，不应收费' ELSE '缴费早于集中参保缴费期首日' END,
    CASE WHEN c.refused THEN c.clause ELSE s.window_clause END, p.source_no, p.row
  FROM paid AS p
  INNER JOIN concerned AS c ON c.person_key = p.person_key
  CROSS JOIN run_settings AS s
  LEFT JOIN pack_windows AS w ON p.paid_on BETWEEN w.opens AND w.closes
  -- Who paid once more when a window was open is not told that this payment lies outside it.
  WHERE p.year = s.year AND p.counts AND w.number IS NULL AND (c.refused OR (c.early AND p.paid_on < s.window_opens))
  UNION ALL
  SELECT
    f.person_key, 'wrong_amount', s.year, d.pay_day, f.own_paid,
    t.title || '，不应收费，个人实缴 ' || CAST(f.own_paid AS VARCHAR) || ' 元', t.clause, CAST(NULL AS INTEGER), CAST(NULL AS BIGINT)
  FROM dues_amounts AS d
  INNER JOIN person_facts AS f ON f.person_key = d.person_key
  INNER JOIN pack_situations AS t ON t.ordinal = d.ordinal
  INNER JOIN pack_windows AS w ON d.pay_day BETWEEN w.opens AND w.closes
  CROSS JOIN run_settings AS s
  WHERE d.paid AND NOT d.admitted AND f.own_paid > 0 AND f.person_key NOT IN (SELECT u.person_key FROM unseen_relief AS u)
  UNION ALL
  SELECT
    f.person_key, 'wrong_amount', s.year, d.pay_day, f.own_paid,
    '个人实缴 ' || CAST(f.own_paid AS VARCHAR) || ' 元，应缴 ' || CAST(d.own_due + d.fiscal_due AS VARCHAR) || ' 元'
    -- Who paid less because somebody else paid the rest is a matter of the subsidy first.
    || CASE
      WHEN f.own_paid < d.own_due + d.fiscal_due AND f.subsidy_paid > d.subsidy_due
        THEN '；另有资助 ' || CAST(f.subsidy_paid AS VARCHAR) || ' 元，先看「资助四方比对」'
      ELSE ''
    END,
    t.clause, CAST(NULL AS INTEGER), CAST(NULL AS BIGINT)
  FROM dues_amounts AS d
  INNER JOIN person_facts AS f ON f.person_key = d.person_key
  INNER JOIN pack_situations AS t ON t.ordinal = d.ordinal
  CROSS JOIN run_settings AS s
  WHERE
    d.paid AND d.admitted AND f.own_paid IS NOT NULL AND f.own_paid <> d.own_due + d.fiscal_due
    AND f.person_key NOT IN (SELECT o.person_key FROM laid_out AS o)
    -- Without the relief rosters nobody knows who rightly pays less.
    AND (f.own_paid > d.own_due + d.fiscal_due OR EXISTS (SELECT 1 FROM supplied AS r WHERE r.roster = 'relief'))
    AND NOT (f.own_paid < d.own_due + d.fiscal_due AND f.person_key IN (SELECT u.person_key FROM unseen_relief AS u))
    -- Paid twice in full is a duplicate (DUP-PAY), not a wrong amount.
    AND NOT (f.own_paid > d.own_due + d.fiscal_due AND f.person_key IN (SELECT t.person_key FROM paid_twice AS t))
)

SELECT
  k.id_number, k.name, k.township, k.village, c.kind, c.year, c.paid_on, CAST(c.amount AS DECIMAL(12, 2)) AS amount,
  [c.clause] AS clause,
  c.reason,
  CASE WHEN c.source_no IS NULL THEN o.source_rows ELSE [c.source_no * 10000000000 + c.row] END AS source_rows
FROM found AS c
INNER JOIN known_persons AS k ON k.person_key = c.person_key
INNER JOIN cited_rows AS o ON o.person_key = c.person_key;
