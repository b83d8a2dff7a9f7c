-- Every accepted row that names a person, over all rosters. `precedence`: whose word counts first for name, township
-- and village (docs/pipeline.md §5). `year`: the year enrolled, where a roster has years. A view: only the columns that a step
-- needs are read.
CREATE VIEW person_rows AS
SELECT 'household_register' AS roster, 1 AS precedence, CAST(NULL AS INTEGER) AS year, source_no, row, person_key, id_number, id_quality,
  name, name_key, name_hash, sex, birth_date,
  township, village, phone
FROM staged_household_register
WHERE person_key IS NOT NULL
UNION ALL
SELECT 'residence_permits' AS roster, 2 AS precedence, CAST(NULL AS INTEGER) AS year, source_no, row, person_key, id_number, id_quality,
  name, name_key, name_hash, CAST(NULL AS VARCHAR) AS sex, CAST(NULL AS DATE) AS birth_date,
  township, village, CAST(NULL AS VARCHAR) AS phone
FROM staged_residence_permits
WHERE person_key IS NOT NULL
UNION ALL
SELECT 'school' AS roster, 3 AS precedence, CAST(NULL AS INTEGER) AS year, source_no, row, person_key, id_number, id_quality,
  name, name_key, name_hash, CAST(NULL AS VARCHAR) AS sex, CAST(NULL AS DATE) AS birth_date,
  township, CAST(NULL AS VARCHAR) AS village, CAST(NULL AS VARCHAR) AS phone
FROM staged_school
WHERE person_key IS NOT NULL
UNION ALL
SELECT 'resident_insurance' AS roster, 4 AS precedence, year, source_no, row, person_key, id_number, id_quality,
  name, name_key, name_hash, CAST(NULL AS VARCHAR) AS sex, CAST(NULL AS DATE) AS birth_date,
  township, village, phone
FROM staged_resident_insurance
WHERE person_key IS NOT NULL
UNION ALL
SELECT 'relief' AS roster, 5 AS precedence, CAST(NULL AS INTEGER) AS year, source_no, row, person_key, id_number, id_quality,
  name, name_key, name_hash, CAST(NULL AS VARCHAR) AS sex, CAST(NULL AS DATE) AS birth_date,
  township, village, CAST(NULL AS VARCHAR) AS phone
FROM staged_relief
WHERE person_key IS NOT NULL
UNION ALL
SELECT 'births' AS roster, 6 AS precedence, CAST(NULL AS INTEGER) AS year, source_no, row, person_key, id_number, id_quality,
  name, name_key, name_hash, CAST(NULL AS VARCHAR) AS sex, birth_date,
  township, village, CAST(NULL AS VARCHAR) AS phone
FROM staged_births
WHERE person_key IS NOT NULL
UNION ALL
SELECT 'other_insurance' AS roster, 7 AS precedence, CAST(NULL AS INTEGER) AS year, source_no, row, person_key, id_number, id_quality,
  name, name_key, name_hash, CAST(NULL AS VARCHAR) AS sex, CAST(NULL AS DATE) AS birth_date,
  CAST(NULL AS VARCHAR) AS township, CAST(NULL AS VARCHAR) AS village, CAST(NULL AS VARCHAR) AS phone
FROM staged_other_insurance
WHERE person_key IS NOT NULL
UNION ALL
SELECT 'employee_insurance' AS roster, 8 AS precedence, CAST(NULL AS INTEGER) AS year, source_no, row, person_key, id_number, id_quality,
  name, name_key, name_hash, CAST(NULL AS VARCHAR) AS sex, CAST(NULL AS DATE) AS birth_date,
  CAST(NULL AS VARCHAR) AS township, CAST(NULL AS VARCHAR) AS village, CAST(NULL AS VARCHAR) AS phone
FROM staged_employee_insurance
WHERE person_key IS NOT NULL
UNION ALL
SELECT 'pension' AS roster, 9 AS precedence, CAST(NULL AS INTEGER) AS year, source_no, row, person_key, id_number, id_quality,
  name, name_key, name_hash, CAST(NULL AS VARCHAR) AS sex, CAST(NULL AS DATE) AS birth_date,
  CAST(NULL AS VARCHAR) AS township, CAST(NULL AS VARCHAR) AS village, CAST(NULL AS VARCHAR) AS phone
FROM staged_pension
WHERE person_key IS NOT NULL
UNION ALL
SELECT 'retirees' AS roster, 10 AS precedence, CAST(NULL AS INTEGER) AS year, source_no, row, person_key, id_number, id_quality,
  name, name_key, name_hash, sex, birth_date,
  CAST(NULL AS VARCHAR) AS township, CAST(NULL AS VARCHAR) AS village, CAST(NULL AS VARCHAR) AS phone
FROM staged_retirees
WHERE person_key IS NOT NULL
UNION ALL
SELECT 'payroll' AS roster, 11 AS precedence, CAST(NULL AS INTEGER) AS year, source_no, row, person_key, id_number, id_quality,
  name, name_key, name_hash, CAST(NULL AS VARCHAR) AS sex, CAST(NULL AS DATE) AS birth_date,
  CAST(NULL AS VARCHAR) AS township, CAST(NULL AS VARCHAR) AS village, CAST(NULL AS VARCHAR) AS phone
FROM staged_payroll
WHERE person_key IS NOT NULL
UNION ALL
SELECT 'deaths' AS roster, 12 AS precedence, CAST(NULL AS INTEGER) AS year, source_no, row, person_key, id_number, id_quality,
  name, name_key, name_hash, CAST(NULL AS VARCHAR) AS sex, CAST(NULL AS DATE) AS birth_date,
  CAST(NULL AS VARCHAR) AS township, CAST(NULL AS VARCHAR) AS village, CAST(NULL AS VARCHAR) AS phone
FROM staged_deaths
WHERE person_key IS NOT NULL
UNION ALL
SELECT 'status_events' AS roster, 13 AS precedence, CAST(NULL AS INTEGER) AS year, source_no, row, person_key, id_number, id_quality,
  name, name_key, name_hash, CAST(NULL AS VARCHAR) AS sex, CAST(NULL AS DATE) AS birth_date,
  CAST(NULL AS VARCHAR) AS township, CAST(NULL AS VARCHAR) AS village, CAST(NULL AS VARCHAR) AS phone
FROM staged_status_events
WHERE person_key IS NOT NULL
UNION ALL
SELECT 'arrears' AS roster, 14 AS precedence, CAST(NULL AS INTEGER) AS year, source_no, row, person_key, id_number, id_quality,
  CAST(NULL AS VARCHAR) AS name, CAST(NULL AS VARCHAR) AS name_key, CAST(NULL AS BIGINT) AS name_hash, CAST(NULL AS VARCHAR) AS sex, CAST(NULL AS DATE) AS birth_date,
  CAST(NULL AS VARCHAR) AS township, CAST(NULL AS VARCHAR) AS village, CAST(NULL AS VARCHAR) AS phone
FROM staged_arrears
WHERE person_key IS NOT NULL
UNION ALL
SELECT 'reimbursements' AS roster, 15 AS precedence, CAST(NULL AS INTEGER) AS year, source_no, row, person_key, id_number, id_quality,
  CAST(NULL AS VARCHAR) AS name, CAST(NULL AS VARCHAR) AS name_key, CAST(NULL AS BIGINT) AS name_hash, CAST(NULL AS VARCHAR) AS sex, CAST(NULL AS DATE) AS birth_date,
  CAST(NULL AS VARCHAR) AS township, CAST(NULL AS VARCHAR) AS village, CAST(NULL AS VARCHAR) AS phone
FROM staged_reimbursements
WHERE person_key IS NOT NULL;
