-- One row per person and employer for whom they work on the as-of date and must be in 职工医保: by pension, by payroll or by
-- 职工医保 itself. Pensioners, the dead, soldiers, prisoners and who has other state cover are not due.
-- `enrolled`: in 职工医保 here; `enrolled_elsewhere`: only in another place. `by_pension`, `by_payroll`, `by_medical`: who says so.
CREATE TABLE employments AS
WITH signs AS (
  SELECT
    person_key, employer_key,
    bool_or(roster = 'pension') AS by_pension,
    bool_or(roster = 'payroll') AS by_payroll,
    bool_or(roster = 'medical') AS by_medical,
    min(pension_scheme) AS pension_scheme,
    list_sort(list(place)) AS source_rows
  FROM employment_rows
  GROUP BY person_key, employer_key
)
SELECT
  g.person_key, g.employer_key, g.by_pension, g.by_payroll, g.by_medical, g.pension_scheme, g.source_rows,
  f.insurance_status, f.insured_employee AS enrolled,
  f.elsewhere_employee AND NOT f.insured_employee AS enrolled_elsewhere
FROM signs AS g
INNER JOIN person_facts AS f ON f.person_key = g.person_key
WHERE NOT f.dead AND NOT f.pensioner AND NOT f.not_due AND NOT (f.other_cover AND NOT f.insured_employee);
