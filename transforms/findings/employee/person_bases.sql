-- One row per person who pays 职工医保 of their own, and day since which the values hold (base_days): at an employer (`type` employee) a share of the average wage of the year before,
-- as a flexible worker (`type` flexible, without employer) a share of a value of the pack, or of the base that they have chosen
-- (`chosen`). Where the rates are two (`account`: with a personal account or without one), the person's row says which; one that does
-- not (`unsaid`) leaves the amount empty. What is paid of is kept within the bounds; an amount is empty while its base, or a bound that could decide, is
-- unknown. What each person owes besides (`fixed`, fixed_dues) is no part of the base. `declared`: the base in 职工医保; `given`: whether there is anything to keep within the bounds.
CREATE TABLE person_bases AS
WITH employed AS (
  SELECT
    r.person_key, r.employer_key, min(r.uscc) AS uscc,
    max(r.amount) FILTER (WHERE r.roster = 'medical') AS declared,
    max(r.amount) FILTER (WHERE r.roster = 'payroll' AND r.year = s.year - 1) AS wage,
    list_sort(list(r.place)) AS source_rows
  FROM employment_rows AS r
  CROSS JOIN run_settings AS s
  GROUP BY r.person_key, r.employer_key
),

flexible AS (
  SELECT
    e.person_key, max(e.base) AS declared, CASE WHEN min(e.account) = max(e.account) THEN min(e.account) END AS own_account,
    list_sort(list(e.source_no * 10000000000 + e.row)) AS source_rows
  FROM employee_spells AS e
  INNER JOIN person_facts AS f ON f.person_key = e.person_key
  WHERE e.active AND e.is_local AND e.employee_type = 'flexible' AND NOT f.dead
  GROUP BY e.person_key
),

paying AS (
  SELECT 'employee' AS type, b.person_key, b.employer_key, b.uscc, b.declared, b.wage AS own_base,
    CAST(NULL AS VARCHAR) AS own_account, b.source_rows
  FROM employed AS b
  INNER JOIN employments AS e ON e.person_key = b.person_key AND e.employer_key = b.employer_key
  UNION ALL
  SELECT 'flexible', f.person_key, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), f.declared, f.declared, f.own_account, f.source_rows
  FROM flexible AS f
),

bounded AS (
  SELECT
    p.*, y.priced_on, CASE WHEN x.type IS NULL THEN 0 ELSE x.amount END AS fixed, x.titles, x.clauses, c.account, c.account IS NOT NULL AND p.own_account IS NULL AS unsaid, c.rate, c.clause,
    c.type = 'flexible' AND c.base IS NULL AS chosen, c.base IS NOT NULL OR p.own_base IS NOT NULL AS given,
    coalesce(c.base IS NULL AND p.own_base > hi.value, FALSE) AS above,
    coalesce(c.base IS NULL AND p.own_base < lo.value, FALSE) AS below,
    CASE
      WHEN c.base IS NOT NULL THEN v.value * c.share
      WHEN p.own_base > hi.value THEN hi.value
      WHEN p.own_base < lo.value THEN lo.value
      WHEN (c.upper IS NULL OR hi.value IS NOT NULL) AND (c.lower IS NULL OR lo.value IS NOT NULL) THEN p.own_base
    END AS base
  FROM paying AS p
  CROSS JOIN (SELECT DISTINCT priced_on FROM base_days) AS y
  INNER JOIN pack_contributions AS c
    ON c.type = p.type AND (c.account IS NULL OR c.account = coalesce(p.own_account, 'with_account')) AND y.priced_on BETWEEN c.holds_from AND c.holds_to
  LEFT JOIN fixed_dues AS x ON x.type = c.type AND x.priced_on = y.priced_on
  LEFT JOIN pack_value_spans AS v ON v.name = c.base AND y.priced_on BETWEEN v.holds_from AND v.holds_to
  LEFT JOIN pack_value_spans AS hi ON hi.name = c.upper AND y.priced_on BETWEEN hi.holds_from AND hi.holds_to
  LEFT JOIN pack_value_spans AS lo ON lo.name = c.lower AND y.priced_on BETWEEN lo.holds_from AND lo.holds_to
)

SELECT
  type, person_key, employer_key, uscc, priced_on, declared,
  CASE WHEN NOT unsaid THEN CAST(base AS DECIMAL(18, 2)) END AS base_due,
  CASE WHEN NOT unsaid THEN CAST(base * rate + fixed AS DECIMAL(12, 2)) END AS employee_due,
  rate, fixed, titles, clauses, clause, chosen, given, account, unsaid, above AND NOT unsaid AS above, below AND NOT unsaid AS below, source_rows
FROM bounded;
