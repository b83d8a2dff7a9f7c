-- One row per payment that should not stand so: after the death of the person, of a wrong amount, when nobody was
-- admitted, or for several years at once where the pack forbids it to students.
CREATE TABLE payment_findings AS
WITH paid AS (
  SELECT
    p.person_key, p.year, p.paid_on, p.own_paid, p.subsidy_paid, p.insured_status, p.source_no, p.row, p.counts, p.known,
    f.name, f.township, f.village, f.dead, f.died_on, f.college_student, s.year AS pack_year
  FROM resident_payments AS p
  INNER JOIN person_facts AS f ON f.person_key = p.person_key
  CROSS JOIN run_settings AS s
  WHERE p.is_local AND p.known AND NOT p.reversed
),

same_day AS (
  SELECT person_key, paid_on
  FROM paid
  WHERE college_student AND coalesce(own_paid, 0) >= 0
  GROUP BY person_key, paid_on
  HAVING count(DISTINCT year) > 1
),

found AS (
  SELECT
    p.person_key, p.name, p.township, p.village, 'after_death' AS kind, p.year, p.paid_on, p.own_paid AS amount,
    '死亡日期 ' || coalesce(CAST(p.died_on AS VARCHAR), '不详')
    || CASE WHEN p.paid_on > p.died_on THEN '，之后仍有缴费' ELSE '，参保状态仍为正常' END AS reason,
    CAST(NULL AS VARCHAR) AS own_clause, p.source_no, p.row
  FROM paid AS p
  WHERE
    p.dead AND p.year >= p.pack_year
    AND (p.paid_on > p.died_on OR coalesce(p.insured_status, '1') = '1')
  UNION ALL
  SELECT
    p.person_key, p.name, p.township, p.village, 'multi_year', p.year, p.paid_on, p.own_paid,
    '大中专院校学生同一天缴纳多个年度', s.students_yearly_clause, p.source_no, p.row
  FROM paid AS p
  INNER JOIN same_day AS m ON m.person_key = p.person_key AND m.paid_on = p.paid_on
  CROSS JOIN run_settings AS s
  WHERE s.students_yearly AND p.year >= p.pack_year
  UNION ALL
  SELECT
    p.person_key, p.name, p.township, p.village, 'outside_window', p.year, p.paid_on, p.own_paid,
    q.title || '，不应收费', q.clause, p.source_no, p.row
  FROM paid AS p
  INNER JOIN dues_priced AS q ON q.person_key = p.person_key
  WHERE p.year = p.pack_year AND q.paid AND NOT q.admitted AND p.counts
  UNION ALL
  SELECT
    p.person_key, p.name, p.township, p.village, 'outside_window', p.year, p.paid_on, p.own_paid,
    '缴费早于集中参保缴费期首日', s.window_clause, p.source_no, p.row
  FROM paid AS p
  CROSS JOIN run_settings AS s
  WHERE p.year = p.pack_year AND p.counts AND p.paid_on < s.window_opens AND NOT p.dead
  UNION ALL
  SELECT
    f.person_key, f.name, f.township, f.village, 'wrong_amount', s.year, d.paid_on, f.own_paid,
    '个人实缴 ' || CAST(f.own_paid AS VARCHAR) || ' 元，应缴 ' || CAST(d.own_due + d.fiscal_due AS VARCHAR) || ' 元',
    d.clause[1], CAST(NULL AS INTEGER), CAST(NULL AS BIGINT)
  FROM dues AS d
  INNER JOIN person_facts AS f ON f.person_key = d.person_key
  CROSS JOIN run_settings AS s
  WHERE d.paid_on IS NOT NULL AND d.admitted AND f.own_paid IS NOT NULL AND f.own_paid <> d.own_due + d.fiscal_due
    -- Paid twice in full is a duplicate (DUP-PAY), not a wrong amount.
    AND NOT (f.own_paid > d.own_due + d.fiscal_due AND f.person_key IN (SELECT t.person_key FROM paid_twice AS t))
)

SELECT
  c.person_key, p.id_number, c.name, c.township, c.village, c.kind, c.year, c.paid_on, CAST(c.amount AS DECIMAL(12, 2)) AS amount,
  [coalesce(c.own_clause, s.scope_clause)] AS clause,
  c.reason,
  CASE WHEN c.source_no IS NULL THEN o.sources ELSE [b.label || CAST(c.row AS VARCHAR)] END AS sources
FROM found AS c
CROSS JOIN run_settings AS s
INNER JOIN known_persons AS p ON p.person_key = c.person_key
INNER JOIN person_sources AS o ON o.person_key = c.person_key
LEFT JOIN source_sheets AS b ON b.source_no = c.source_no;
