-- One row per employer and class: how many of those due are in 职工医保, against the target of the class. Where the document asks for
-- more than last year, the target is the rate of the same month of last year, empty where none was published; a class that was full
-- then has to stay so.
CREATE TABLE employer_coverage AS
WITH rated AS (
  SELECT
    u.*, c.rate AS fixed, coalesce(c.above_last_year, FALSE) AND u.level = 'employer_class' AS above_last_year,
    coalesce(c.clause, s.coverage_clause) AS clause,
    b.rate AS rate_previous, b.insured_employee AS enrolled_before, b.population AS persons_before, coalesce(t.title, u.unit) AS class_title,
    CASE WHEN u.persons > 0 THEN u.insured_employee * 1.0 / u.persons END AS exact_rate,
    -- Nobody found while the whole roster is missing is no 0: it was not looked for.
    u.insured_resident = 0 AND NOT r.resident_insurance AS residents_unknown,
    u.insured_elsewhere = 0 AND NOT r.other_insurance AS elsewhere_unknown,
    u.other_cover = 0 AND NOT r.other_insurance AS other_cover_unknown
  FROM employer_units AS u
  CROSS JOIN rosters_present AS r
  CROSS JOIN run_settings AS s
  LEFT JOIN pack_employer_classes AS c ON c.type = u.type
  LEFT JOIN employer_types AS t ON t.type = u.type
  LEFT JOIN last_year_coverage AS b
    ON b.level = u.level AND b.unit = CASE WHEN u.level = 'employer' THEN u.unit ELSE coalesce(t.title, u.unit) END
),

aimed AS (
  SELECT
    *,
    CASE WHEN above_last_year THEN rate_previous ELSE fixed END AS target,
    CASE
      -- More than the share of last year, in whole persons; a class that was full stays full.
      WHEN above_last_year AND persons_before > 0 THEN least(persons, enrolled_before * persons // persons_before + 1)
      WHEN above_last_year THEN NULL
      ELSE ceil(fixed * persons)
    END AS needed
  FROM rated
)

SELECT
  CAST(NULL AS VARCHAR) AS township, CAST(NULL AS VARCHAR) AS village, level,
  CASE WHEN level = 'employer' THEN unit ELSE class_title END AS unit,
  CAST(persons AS INTEGER) AS population,
  'count' AS population_source,
  CASE WHEN NOT residents_unknown THEN CAST(insured_resident AS INTEGER) END AS insured_resident,
  CAST(insured_employee AS INTEGER) AS insured_employee,
  CAST(insured_resident + insured_employee AS INTEGER) AS insured_local,
  0 AS insured_outside,
  CASE WHEN NOT elsewhere_unknown THEN CAST(insured_elsewhere AS INTEGER) END AS insured_elsewhere,
  CASE WHEN NOT other_cover_unknown THEN CAST(other_cover AS INTEGER) END AS other_cover,
  CAST(uninsured AS INTEGER) AS uninsured,
  CAST(NULL AS INTEGER) AS unidentified,
  CAST(exact_rate AS DECIMAL(9, 6)) AS rate,
  rate_previous,
  CAST(exact_rate AS DECIMAL(9, 6)) AS rate_local,
  CASE
    WHEN persons > 0 AND NOT elsewhere_unknown THEN CAST((insured_employee + employee_elsewhere) * 1.0 / persons AS DECIMAL(9, 6))
  END AS rate_composite,
  CAST(exact_rate AS DECIMAL(9, 6)) AS rate_register,
  CAST(NULL AS DECIMAL(9, 6)) AS rate_official,
  target,
  CASE
    WHEN type = 'unknown' OR (above_last_year AND rate_previous IS NULL) THEN 'unchecked'
    WHEN target IS NULL THEN 'not_set'
    ELSE 'set'
  END AS target_state,
  CASE WHEN needed IS NOT NULL THEN CAST(greatest(0, needed - insured_employee) AS INTEGER) END AS shortfall,
  CASE WHEN persons > 0 THEN insured_employee >= needed END AS meets_target,
  CAST(NULL AS INTEGER) AS rank, CAST(NULL AS INTEGER) AS task, CAST(NULL AS INTEGER) AS floor,
  CAST(NULL AS DECIMAL(9, 6)) AS task_rate,
  [clause] AS clause,
  CASE WHEN level = 'employer' THEN coalesce(title, unit) || '（' || class_title || '）' ELSE class_title END
  || '：职工医保 ' || CAST(insured_employee AS VARCHAR) || ' ÷ 应参 ' || CAST(persons AS VARCHAR) || ' 人'
  || CASE
    WHEN above_last_year AND rate_previous IS NULL THEN '；应高于上年同期，没有上年同期结果，未核对'
    WHEN above_last_year THEN '；应高于上年同期'
    WHEN type = 'unknown' THEN '；用人单位名册没有其类型，目标未核对'
    ELSE ''
  END
  || CASE WHEN residents_unknown THEN '；没有居民医保名册，居民参保未核对' ELSE '' END
  || CASE WHEN elsewhere_unknown THEN '；没有异地参保名册，异地参保未核对' ELSE '' END AS reason,
  CAST([] AS BIGINT[]) AS source_rows
FROM aimed;
