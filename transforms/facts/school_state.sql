-- One row per pupil or student: the school they attend on the as-of date (a college before a school, then the latest
-- entry). `college`: 大中专院校, enrolled as a whole where the school is.
CREATE TABLE school_state AS
WITH dated AS (
  SELECT
    c.person_key, c.school, c.township, c.source_no, c.row,
    CAST(c.enrolled_month || '-01' AS DATE) AS enrolled_from,
    c.stage IN ('vocational', 'college', 'undergraduate', 'graduate') AS college,
    coalesce(c.student_status, 'enrolled') IN ('enrolled', 'suspended')
    AND (c.enrolled_month IS NULL OR c.enrolled_month <= s.month)
    AND (c.graduates_month IS NULL OR c.graduates_month >= s.month) AS attending,
    CASE
      WHEN c.student_status = 'graduated' OR c.graduates_month < s.month
        THEN CAST(c.graduates_month || '-01' AS DATE)
    END AS graduated_on
  FROM staged_school AS c
  CROSS JOIN run_settings AS s
  WHERE c.person_key IS NOT NULL
)
SELECT
  person_key, school, township, enrolled_from, attending,
  attending AND coalesce(college, FALSE) AS college_student,
  CASE WHEN college THEN graduated_on END AS graduated_on
FROM dated
QUALIFY row_number() OVER (
  PARTITION BY person_key
  ORDER BY
    CASE WHEN attending THEN 0 ELSE 1 END, CASE WHEN college THEN 0 ELSE 1 END, enrolled_from DESC NULLS LAST,
    source_no, row
) = 1;
