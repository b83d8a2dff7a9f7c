-- One row per roster row that says on the as-of date that a person works for an employer: a normal 企业职工 or 机关事业 pension
-- record, a payroll record of this year or the last, a spell of 职工医保 in service here. `amount`: base or average wage of a
-- month. `employer_key`: the code of the employer, its name where no code is known. `place`: sheet and row.
CREATE TABLE employment_rows AS
WITH signs AS (
  SELECT
    'pension' AS roster, p.person_key, p.uscc, p.employer, p.pension_scheme, CAST(NULL AS INTEGER) AS year,
    p.base AS amount, p.source_no * 10000000000 + p.row AS place
  FROM staged_pension AS p
  WHERE p.pension_scheme IN ('enterprise', 'institution') AND coalesce(p.insured_status, '1') = '1'
  UNION ALL
  SELECT
    'payroll', w.person_key, w.uscc, w.employer, CAST(NULL AS VARCHAR), w.year, w.average_wage,
    w.source_no * 10000000000 + w.row
  FROM staged_payroll AS w
  CROSS JOIN run_settings AS s
  WHERE w.year BETWEEN s.year - 1 AND s.year
  UNION ALL
  SELECT
    'medical', e.person_key, e.uscc, e.employer, CAST(NULL AS VARCHAR), CAST(NULL AS INTEGER), e.base,
    e.source_no * 10000000000 + e.row
  FROM employee_spells AS e
  WHERE e.active AND e.is_local AND e.employee_type = 'active'
)
SELECT
  r.roster, r.person_key, r.pension_scheme, r.year, r.amount, r.place, r.employer,
  coalesce(r.uscc, n.uscc) AS uscc,
  coalesce(r.uscc, n.uscc, r.employer) AS employer_key
FROM signs AS r
LEFT JOIN employer_names AS n ON n.employer = r.employer
WHERE r.person_key IS NOT NULL AND (r.uscc IS NOT NULL OR r.employer IS NOT NULL);
