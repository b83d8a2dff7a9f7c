-- One row per employer's name that stands beside one 统一社会信用代码 only, in any roster: rows that give the name alone mean it.
CREATE TABLE employer_names AS
WITH named AS (
  SELECT employer, uscc FROM staged_employers
  UNION ALL
  SELECT employer, uscc FROM staged_employee_insurance
  UNION ALL
  SELECT employer, uscc FROM staged_pension
  UNION ALL
  SELECT employer, uscc FROM staged_payroll
)
SELECT employer, min(uscc) AS uscc
FROM named
WHERE employer IS NOT NULL AND uscc IS NOT NULL
GROUP BY employer
HAVING count(DISTINCT uscc) = 1;
