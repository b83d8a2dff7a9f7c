-- One row per scheme with a target number: everybody enrolled here, wherever they live, against it. Who is in both counts as 职工.
CREATE TABLE scheme_coverage AS
WITH enrolled AS (
  SELECT CASE WHEN f.insurance_status = 'resident' THEN 'resident' ELSE 'employee' END AS type,
    count(*) FILTER (WHERE f.in_population) AS inside,
    count(*) FILTER (WHERE NOT f.in_population) AS outside
  FROM person_facts AS f
  WHERE NOT f.dead AND f.insurance_status IN ('resident', 'employee', 'both')
  GROUP BY CASE WHEN f.insurance_status = 'resident' THEN 'resident' ELSE 'employee' END
),

counted AS (
  SELECT
    t.type, t.rate AS target, t.clause, v.value AS task, r.known,
    CASE WHEN r.known THEN coalesce(e.inside, 0) END AS inside,
    CASE WHEN r.known THEN coalesce(e.outside, 0) END AS outside,
    CASE WHEN r.known THEN coalesce(e.inside, 0) + coalesce(e.outside, 0) END AS persons
  FROM pack_scheme_targets AS t
  -- Without the roster of a scheme nobody was looked for.
  INNER JOIN (
    SELECT 'resident' AS type, resident_insurance AS known FROM rosters_present
    UNION ALL
    SELECT 'employee', employee_insurance FROM rosters_present
  ) AS r ON r.type = t.type
  LEFT JOIN pack_values AS v ON v.name = t.task
  LEFT JOIN enrolled AS e ON e.type = t.type
)

SELECT
  CAST(NULL AS VARCHAR) AS township, CAST(NULL AS VARCHAR) AS village, 'scheme' AS level,
  CASE type WHEN 'resident' THEN '居民' ELSE '职工' END AS unit,
  CAST(NULL AS INTEGER) AS population, CAST(NULL AS VARCHAR) AS population_source,
  CAST(CASE WHEN type = 'resident' THEN inside ELSE 0 END AS INTEGER) AS insured_resident,
  CAST(CASE WHEN type = 'employee' THEN inside ELSE 0 END AS INTEGER) AS insured_employee,
  CAST(inside AS INTEGER) AS insured_local,
  CAST(outside AS INTEGER) AS insured_outside,
  CAST(NULL AS INTEGER) AS insured_elsewhere, CAST(NULL AS INTEGER) AS other_cover, CAST(NULL AS INTEGER) AS uninsured,
  CAST(NULL AS INTEGER) AS unidentified,
  CASE WHEN task > 0 THEN TRY_CAST(persons / task AS DECIMAL(9, 6)) END AS rate,
  p.rate AS rate_previous,
  CASE WHEN task > 0 THEN TRY_CAST(persons / task AS DECIMAL(9, 6)) END AS rate_local,
  CAST(NULL AS DECIMAL(9, 6)) AS rate_composite, CAST(NULL AS DECIMAL(9, 6)) AS rate_register,
  CAST(NULL AS DECIMAL(9, 6)) AS rate_official,
  target, CASE WHEN task IS NULL THEN 'pending' ELSE 'set' END AS target_state,
  CASE WHEN task IS NOT NULL THEN CAST(greatest(0, ceil(target * task) - persons) AS INTEGER) END AS shortfall,
  persons >= target * task AS meets_target,
  CAST(NULL AS INTEGER) AS rank,
  CAST(task AS INTEGER) AS task,
  CAST(NULL AS INTEGER) AS floor,
  CASE WHEN task > 0 THEN TRY_CAST(persons / task AS DECIMAL(9, 6)) END AS task_rate,
  [clause] AS clause,
  '在本地参加' || CASE type WHEN 'resident' THEN '居民医保' ELSE '职工医保' END
  || CASE WHEN known THEN ' ' || CAST(persons AS VARCHAR) || ' 人' ELSE '的没有名册，未核对' END
  || CASE
    WHEN task IS NULL THEN '；参保目标数待定（由名册「参数」给出），完成率未核对'
    ELSE '，参保目标数 ' || CAST(CAST(task AS INTEGER) AS VARCHAR) || ' 人'
  END AS reason,
  CAST([] AS BIGINT[]) AS source_rows
FROM counted
LEFT JOIN previous_coverage AS p
  ON p.level = 'scheme' AND p.unit = CASE type WHEN 'resident' THEN '居民' ELSE '职工' END;
