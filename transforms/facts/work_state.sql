-- One row per person who by a pension record, a payroll record or a retirement works for an employer or draws a pension on the
-- as-of date. Most records of pensions are of residents, who do neither.
CREATE TABLE work_state AS
WITH signs AS (
  SELECT
    p.person_key, p.employer, p.uscc,
    p.pension_scheme IN ('enterprise', 'institution') AND coalesce(p.insured_status, '1') = '1'
    AND (p.employer IS NOT NULL OR p.uscc IS NOT NULL) AS works,
    p.pension_scheme IN ('enterprise', 'institution') AND coalesce(p.drawing_from <= s.month, FALSE) AS draws,
    p.source_no, p.row
  FROM staged_pension AS p
  CROSS JOIN run_settings AS s
  WHERE p.person_key IS NOT NULL
  UNION ALL
  SELECT w.person_key, w.employer, w.uscc, w.year >= s.year - 1, FALSE, w.source_no, w.row
  FROM staged_payroll AS w
  CROSS JOIN run_settings AS s
  WHERE w.person_key IS NOT NULL
  UNION ALL
  SELECT
    r.person_key, NULL, NULL, FALSE, coalesce(r.retirement_month <= s.month OR r.drawing_from <= s.month, FALSE),
    r.source_no, r.row
  FROM staged_retirees AS r
  CROSS JOIN run_settings AS s
  WHERE r.person_key IS NOT NULL
)
SELECT
  person_key,
  bool_or(works) AS works,
  bool_or(draws) AS draws,
  arg_min(employer, source_no * 10000000000 + row) FILTER (WHERE works AND employer IS NOT NULL) AS employer,
  arg_min(uscc, source_no * 10000000000 + row) FILTER (WHERE works AND uscc IS NOT NULL) AS uscc
FROM signs
WHERE works OR draws
GROUP BY person_key;
