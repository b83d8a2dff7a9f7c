-- One row per person and employer whose base in 职工医保 is below the base in the pension or the declared wage of last year.
-- `difference`: to the larger of the two, for one month. Nobody owes of more than the upper bound that the pack sets to a person's base;
-- while that bound is unknown, nobody can say who owes of more.
CREATE TABLE understated_bases AS
WITH bases AS (
  SELECT
    r.person_key, r.employer_key,
    max(r.amount) FILTER (WHERE r.roster = 'medical') AS medical,
    max(r.amount) FILTER (WHERE r.roster = 'pension') AS pension,
    max(r.amount) FILTER (WHERE r.roster = 'payroll' AND r.year = s.year - 1) AS wage,
    list_sort(list(r.place)) AS source_rows
  FROM employment_rows AS r
  CROSS JOIN run_settings AS s
  GROUP BY r.person_key, r.employer_key
),

owed AS (
  SELECT
    b.*,
    CASE WHEN c.upper IS NULL OR greatest(b.pension, b.wage) <= hi.value THEN greatest(b.pension, b.wage) ELSE hi.value END AS base
  FROM bases AS b
  CROSS JOIN run_settings AS s
  LEFT JOIN pack_contributions AS c ON c.type = 'employee' AND s.values_on BETWEEN c.holds_from AND c.holds_to
  LEFT JOIN pack_values AS hi ON hi.name = c.upper
)

SELECT b.person_key, b.employer_key, b.source_rows, b.base - b.medical AS difference
FROM owed AS b
INNER JOIN employments AS e ON e.person_key = b.person_key AND e.employer_key = b.employer_key
WHERE b.medical < b.base;
