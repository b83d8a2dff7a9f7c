-- What each accepted row says of the household of its person: a guardian, the head, the parents, the number of the household. A
-- view: only what is asked for is read. Numbers stand as staged, names as written.
CREATE VIEW kin_rows AS
SELECT 'school' AS roster, source_no, row, person_key, 'guardian' AS kin, guardian_name AS kin_name, guardian_id AS kin_number,
  CAST(NULL AS VARCHAR) AS household_id, township
FROM staged_school
WHERE guardian_name IS NOT NULL OR guardian_id IS NOT NULL
UNION ALL
SELECT 'relief' AS roster, source_no, row, person_key, 'guardian' AS kin, guardian_name AS kin_name, guardian_id AS kin_number,
  CAST(NULL AS VARCHAR) AS household_id, township
FROM staged_relief
WHERE guardian_name IS NOT NULL OR guardian_id IS NOT NULL
UNION ALL
SELECT 'relief' AS roster, source_no, row, person_key, 'head' AS kin, head_name AS kin_name, CAST(NULL AS VARCHAR) AS kin_number,
  CAST(NULL AS VARCHAR) AS household_id, township
FROM staged_relief
WHERE head_name IS NOT NULL
UNION ALL
SELECT 'births' AS roster, source_no, row, person_key, 'parent' AS kin, CAST(NULL AS VARCHAR) AS kin_name, mother_id AS kin_number,
  CAST(NULL AS VARCHAR) AS household_id, township
FROM staged_births
WHERE mother_id IS NOT NULL
UNION ALL
SELECT 'births' AS roster, source_no, row, person_key, 'parent' AS kin, CAST(NULL AS VARCHAR) AS kin_name, father_id AS kin_number,
  CAST(NULL AS VARCHAR) AS household_id, township
FROM staged_births
WHERE father_id IS NOT NULL
UNION ALL
SELECT 'household_register' AS roster, source_no, row, person_key, 'home' AS kin, CAST(NULL AS VARCHAR) AS kin_name,
  CAST(NULL AS VARCHAR) AS kin_number, household_id, township
FROM staged_household_register
WHERE household_id IS NOT NULL;
