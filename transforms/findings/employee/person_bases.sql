-- One row per person who pays 职工医保 of their own: at an employer (`type` employee) a share of the average wage of the year before,
-- as a flexible worker (`type` flexible, without employer) a share of a value of the pack. An amount is empty while its base is
-- unknown. `declared`: the base in 职工医保.
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
    e.person_key, max(e.base) AS declared, list_sort(list(e.source_no * 10000000000 + e.row)) AS source_rows
  FROM employee_spells AS e
  INNER JOIN person_facts AS f ON f.person_key = e.person_key
  WHERE e.active AND e.is_local AND e.employee_type = 'flexible' AND NOT f.dead
  GROUP BY e.person_key
)

SELECT
  'employee' AS type, b.person_key, b.employer_key, b.uscc, b.declared,
  CAST(b.wage AS DECIMAL(18, 2)) AS base_due,
  CAST(b.wage * c.rate AS DECIMAL(12, 2)) AS employee_due,
  c.rate, c.clause, b.source_rows
FROM employed AS b
INNER JOIN employments AS e ON e.person_key = b.person_key AND e.employer_key = b.employer_key
INNER JOIN pack_contributions AS c ON c.type = 'employee'
UNION ALL
SELECT
  'flexible', f.person_key, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), f.declared,
  CAST(v.value * c.share AS DECIMAL(18, 2)),
  CAST(v.value * c.share * c.rate AS DECIMAL(12, 2)),
  c.rate, c.clause, f.source_rows
FROM flexible AS f
INNER JOIN pack_contributions AS c ON c.type = 'flexible'
LEFT JOIN pack_values AS v ON v.name = c.base;
