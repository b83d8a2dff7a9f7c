-- One row per two records of one person that overlap in the benefit year, and which to keep (domain.md D5); also one row
-- per person paid twice here.
CREATE TABLE duplicates AS
WITH pairs AS (
  SELECT
    a.person_key,
    a.scheme AS first_scheme, a.unit AS first_unit, a.valid_from AS first_from, a.valid_to AS first_to,
    b.scheme AS second_scheme, b.unit AS second_unit, b.valid_from AS second_from, b.valid_to AS second_to,
    a.home AS first_home, b.home AS second_home, a.flexible AS first_flexible, b.flexible AS second_flexible,
    a.uscc AS first_uscc, b.uscc AS second_uscc, a.helped OR b.helped AS helped, b.student OR a.student AS student,
    CASE WHEN a.scheme = 'employee' THEN a.since ELSE b.since END AS employee_since,
    greatest(a.from_in_year, b.from_in_year) AS overlap_from,
    least(a.to_in_year, b.to_in_year) AS overlap_to,
    a.source_no AS first_source, a.row AS first_row, b.source_no AS second_source, b.row AS second_row
  FROM cover_records AS a
  INNER JOIN cover_records AS b ON b.person_key = a.person_key AND b.place_order > a.place_order
),

coded AS (
  SELECT
    p.*,
    CASE
      WHEN p.first_scheme = 'employee' AND p.second_scheme = 'employee' THEN 'DUP-EE'
      WHEN p.first_scheme <> p.second_scheme AND (p.first_flexible OR p.second_flexible) THEN 'DUP-EF'
      WHEN p.first_scheme <> p.second_scheme
        AND (p.employee_since IS NULL OR p.employee_since <= CAST(s.as_of - s.employee_months * INTERVAL 1 MONTH AS DATE))
        THEN 'DUP-ER1'
      WHEN p.first_scheme <> p.second_scheme THEN 'DUP-ER2'
      WHEN p.helped THEN 'DUP-HELP'
      WHEN p.student OR f.college_student OR f.population_reason = 'pupil' THEN 'DUP-RS'
      ELSE 'DUP-RR'
    END AS kind,
    k.id_number, k.name, k.township, k.village, w.uscc AS work_uscc, w.employer AS work_employer, f.college_student,
    f.population_reason
  FROM pairs AS p
  INNER JOIN person_facts AS f ON f.person_key = p.person_key
  INNER JOIN known_persons AS k ON k.person_key = p.person_key
  LEFT JOIN work_state AS w ON w.person_key = p.person_key
  CROSS JOIN run_settings AS s
  WHERE p.overlap_from <= p.overlap_to AND NOT f.dead
),

kept AS (
  SELECT
    c.*,
    CASE
      WHEN c.kind = 'DUP-EE' THEN
        CASE
          WHEN c.first_flexible AND NOT c.second_flexible THEN 'second'
          WHEN c.second_flexible AND NOT c.first_flexible THEN 'first'
          WHEN coalesce(c.work_uscc = c.first_uscc, c.work_employer = c.first_unit, FALSE) THEN 'first'
          WHEN coalesce(c.work_uscc = c.second_uscc, c.work_employer = c.second_unit, FALSE) THEN 'second'
          ELSE 'undecided'
        END
      WHEN c.kind = 'DUP-ER2' AND s.short_employee_keep = 'undecided' THEN 'undecided'
      WHEN c.kind IN ('DUP-EF', 'DUP-ER1', 'DUP-ER2') THEN
        CASE WHEN c.first_scheme = 'employee' THEN 'first' ELSE 'second' END
      WHEN c.kind = 'DUP-RS' AND (c.college_student OR c.population_reason = 'pupil') THEN CASE WHEN c.first_home THEN 'first' ELSE 'undecided' END
      WHEN c.kind = 'DUP-RS' THEN CASE WHEN c.first_home THEN 'second' ELSE 'undecided' END
      WHEN c.kind = 'DUP-RR' AND c.population_reason = 'permit' AND c.first_home THEN 'first'
      ELSE 'undecided'
    END AS keep
  FROM coded AS c
  CROSS JOIN run_settings AS s
)

SELECT
  k.id_number, k.name, k.township, k.village, k.kind, k.first_scheme, k.first_unit, k.first_from, k.first_to,
  k.second_scheme, k.second_unit, k.second_from, k.second_to, k.overlap_from, k.overlap_to, k.keep,
  CASE WHEN k.first_scheme = 'resident' OR k.second_scheme = 'resident' THEN s.year_start - 1 END AS refund_until,
  [coalesce(s.duplicates_clause, s.scope_clause)] AS clause,
  CASE k.kind
    WHEN 'DUP-EE' THEN '两份职工医保，保留实际工作单位的一份'
    WHEN 'DUP-EF' THEN '灵活就业人员职工医保与居民医保重叠，保留职工医保，另一份暂停'
    WHEN 'DUP-ER1' THEN '职工医保（连续满一年）与居民医保重叠，保留职工医保'
    WHEN 'DUP-ER2' THEN '职工医保（不满一年）与居民医保重叠，按职工医保处理（待确认）'
    WHEN 'DUP-HELP' THEN '两地居民医保重叠且涉及资助，由本人选择，放弃地留存书面声明'
    WHEN 'DUP-RS' THEN '在校学生两份居民医保，保留学籍地的一份'
    ELSE '两地居民医保重叠，保留常住地的一份，本人可书面选择'
  END
  || CASE WHEN k.keep = 'undecided' THEN '；保留哪一份须核实' ELSE '' END || '（医保发〔2020〕33号）' AS reason,
  list_sort([
    k.first_source * 10000000000 + k.first_row, k.second_source * 10000000000 + k.second_row
  ]) AS source_rows
FROM kept AS k
CROSS JOIN run_settings AS s
UNION ALL
SELECT
  f.id_number, f.name, f.township, f.village, 'DUP-PAY', 'resident', s.county, t.first_paid, coalesce(d.last_day, s.year_end),
  'resident', s.county, t.last_paid, coalesce(d.last_day, s.year_end), coalesce(d.benefit_from, s.year_start),
  coalesce(d.last_day, s.year_end), 'first', s.year_start - 1,
  [coalesce(s.duplicates_clause, s.scope_clause)],
  '同一年度缴费 ' || CAST(t.payments AS VARCHAR) || ' 次，个人共缴 ' || coalesce(CAST(t.own_paid AS VARCHAR), '未知')
  || ' 元' || CASE WHEN t.given_back > 0 THEN '，已退 ' || CAST(t.given_back AS VARCHAR) || ' 元' ELSE '' END
  || CASE
    WHEN t.same_receipt THEN '；有两行的凭证号相同，可能是同一笔缴费更正前后各报了一次，先核对，确实缴了两次的，'
    ELSE '，'
  END || '多缴部分应退（医保发〔2020〕33号）',
  t.source_rows
FROM paid_twice AS t
INNER JOIN known_persons AS f ON f.person_key = t.person_key
CROSS JOIN run_settings AS s
LEFT JOIN dues_amounts AS d ON d.person_key = t.person_key;
