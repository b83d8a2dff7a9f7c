-- One row per employer and day since which the values hold (base_days): the base of its own part. The average wage of the year before is kept within the bounds, and counted once
-- for each person on that payroll, as is what it owes for each besides (`fixed`, fixed_dues); it is empty where the payroll or a bound that could decide is unknown.
CREATE TABLE unit_bases AS
WITH declared AS (
  SELECT employer_key, priced_on, sum(declared) AS declared, sum(employee_due) AS employee_due, bool_or(employee_due IS NULL) AS incomplete
  FROM person_bases
  WHERE type = 'employee'
  GROUP BY employer_key, priced_on
),

bounded AS (
  SELECT
    n.employer_key, n.uscc, y.priced_on, d.declared, d.employee_due, coalesce(d.incomplete, FALSE) AS incomplete, w.persons, w.total,
    CASE WHEN x.type IS NULL THEN 0 ELSE x.amount END AS fixed, x.titles, x.clauses, c.rate, c.clause, w.total > hi.value * w.persons AS above, w.total < lo.value * w.persons AS below,
    CASE
      WHEN w.total > hi.value * w.persons THEN hi.value * w.persons
      WHEN w.total < lo.value * w.persons THEN lo.value * w.persons
      WHEN (c.upper IS NULL OR hi.value IS NOT NULL) AND (c.lower IS NULL OR lo.value IS NOT NULL) THEN w.total
    END AS base_due
  FROM known_employers AS n
  CROSS JOIN (SELECT DISTINCT priced_on FROM base_days) AS y
  INNER JOIN pack_contributions AS c ON c.type = 'employer' AND y.priced_on BETWEEN c.holds_from AND c.holds_to
  LEFT JOIN fixed_dues AS x ON x.type = c.type AND x.priced_on = y.priced_on
  LEFT JOIN pack_value_spans AS hi ON hi.name = c.upper AND y.priced_on BETWEEN hi.holds_from AND hi.holds_to
  LEFT JOIN pack_value_spans AS lo ON lo.name = c.lower AND y.priced_on BETWEEN lo.holds_from AND lo.holds_to
  LEFT JOIN unit_payrolls AS w ON w.employer_key = n.employer_key
  LEFT JOIN declared AS d ON d.employer_key = n.employer_key AND d.priced_on = y.priced_on
  WHERE n.uscc IS NOT NULL AND (w.persons > 0 OR d.employer_key IS NOT NULL)
)

SELECT
  employer_key, uscc, priced_on, declared, employee_due, incomplete, persons, total, rate, clause, fixed, titles, clauses,
  coalesce(above, FALSE) AS above, coalesce(below, FALSE) AS below,
  CAST(base_due AS DECIMAL(18, 2)) AS base_due,
  CAST(base_due * rate + fixed * persons AS DECIMAL(12, 2)) AS employer_due
FROM bounded;
