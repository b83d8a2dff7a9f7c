-- One row per unit: counts, rates by each denominator, target, persons still needed, rank, task and floor (contract §3, §4).
-- Rates are never clamped; a unit without persons has none. What a township alone is held to stands before what all are.
CREATE TABLE coverage AS
WITH aims AS (
  SELECT
    t.level, t.group_code, t.township, t.clause,
    -- A target may be a value that the pack names; it is empty while that value is 待定.
    coalesce(t.rate, CAST(v.value AS DECIMAL(9, 6))) AS target,
    CASE
      WHEN t.value IS NOT NULL AND v.value IS NULL THEN 'pending'
      WHEN NOT t.verified THEN 'unverified'
      ELSE 'set'
    END AS state
  FROM pack_targets AS t
  LEFT JOIN pack_values AS v ON v.name = t.value
),

counted AS (
  SELECT
    c.*,
    c.insured_resident + c.insured_employee AS insured_local,
    o.population AS official,
    coalesce(i.persons, 0) AS unidentified,
    coalesce(w.persons, 0) AS awaited,
    k.task, k.floor,
    s.denominator = 'official' AND o.population IS NOT NULL AS by_official,
    s.coverage_clause, s.scope_clause,
    -- Nobody found while the whole roster is missing is no 0: it was not looked for.
    c.insured_employee = 0 AND NOT u.employee_insurance AS employees_unknown,
    c.insured_elsewhere = 0 AND NOT u.other_insurance AS elsewhere_unknown,
    c.other_cover = 0 AND NOT u.other_insurance AS other_cover_unknown
  FROM unit_counts AS c
  CROSS JOIN rosters_present AS u
  CROSS JOIN run_settings AS s
  LEFT JOIN official_population AS o
    ON c.level IN ('county', 'township') AND o.township IS NOT DISTINCT FROM c.township
  LEFT JOIN unit_tasks AS k
    ON c.level IN ('county', 'township') AND k.township IS NOT DISTINCT FROM c.township
  LEFT JOIN (
    SELECT 'county' AS level, CAST(NULL AS VARCHAR) AS township, CAST(NULL AS VARCHAR) AS village,
      coalesce(sum(persons), 0) AS persons
    FROM unidentified
    UNION ALL
    SELECT 'township', township, CAST(NULL AS VARCHAR), sum(persons) FROM unidentified GROUP BY township
    UNION ALL
    SELECT 'village', township, village, persons FROM unidentified WHERE village IS NOT NULL
  ) AS i
    ON i.level = c.level AND i.township IS NOT DISTINCT FROM c.township AND i.village IS NOT DISTINCT FROM c.village
  LEFT JOIN (
    SELECT a.category, count(*) AS persons
    FROM awaited_relief AS a
    INNER JOIN person_facts AS f ON f.person_key = a.person_key AND f.in_population
    GROUP BY a.category
  ) AS w ON c.level = 'group' AND w.category = c.unit
),

formed AS (
  SELECT
    *,
    CASE WHEN by_official THEN official ELSE persons END AS population,
    CASE WHEN by_official THEN insured_local + insured_outside ELSE insured_local END AS numerator
  FROM counted
),

rated AS (
  SELECT
    f.*,
    CASE WHEN f.population > 0 THEN f.numerator * 1.0 / f.population END AS exact_rate,
    CASE WHEN o.state IS NOT NULL THEN o.target ELSE t.target END AS target,
    coalesce(o.state, t.state, 'not_set') AS target_state,
    coalesce(o.clause, t.clause) AS target_clause
  FROM formed AS f
  LEFT JOIN aims AS o ON o.level = f.level AND o.township = f.township
  LEFT JOIN aims AS t
    ON t.level = f.level AND t.township IS NULL AND (t.group_code IS NULL OR t.group_code = f.unit)
)

SELECT
  r.township, r.village, r.level, r.unit,
  CAST(r.population AS INTEGER) AS population,
  CASE WHEN r.by_official THEN 'official' ELSE 'count' END AS population_source,
  CAST(r.insured_resident AS INTEGER) AS insured_resident,
  CASE WHEN NOT r.employees_unknown THEN CAST(r.insured_employee AS INTEGER) END AS insured_employee,
  CAST(r.insured_local AS INTEGER) AS insured_local,
  CAST(r.insured_outside AS INTEGER) AS insured_outside,
  CASE WHEN NOT r.elsewhere_unknown THEN CAST(r.insured_elsewhere AS INTEGER) END AS insured_elsewhere,
  CASE WHEN NOT r.other_cover_unknown THEN CAST(r.other_cover AS INTEGER) END AS other_cover,
  CAST(r.uninsured AS INTEGER) AS uninsured,
  CAST(r.unidentified AS INTEGER) AS unidentified,
  -- Empty where the official figure is no number of persons (`official_figures.py`).
  TRY_CAST(r.exact_rate AS DECIMAL(9, 6)) AS rate,
  p.rate AS rate_previous,
  TRY_CAST(r.exact_rate AS DECIMAL(9, 6)) AS rate_local,
  CASE
    WHEN r.population > 0 AND NOT r.elsewhere_unknown
      THEN TRY_CAST((r.numerator + r.insured_elsewhere) * 1.0 / r.population AS DECIMAL(9, 6))
  END AS rate_composite,
  CASE WHEN r.persons > 0 THEN CAST(r.insured_local * 1.0 / r.persons AS DECIMAL(9, 6)) END AS rate_register,
  CASE
    WHEN r.official > 0 THEN TRY_CAST((r.insured_local + r.insured_outside) * 1.0 / r.official AS DECIMAL(9, 6))
  END AS rate_official,
  r.target, r.target_state,
  CASE
    WHEN r.target IS NOT NULL THEN CAST(greatest(0, ceil(r.target * r.population) - r.numerator) AS INTEGER)
  END AS shortfall,
  CASE WHEN r.population > 0 THEN r.numerator >= r.target * r.population END AS meets_target,
  CASE
    WHEN r.level = 'township' AND r.exact_rate IS NOT NULL
      THEN CAST(rank() OVER (PARTITION BY r.level ORDER BY r.exact_rate DESC NULLS LAST) AS INTEGER)
  END AS rank,
  r.task,
  r.floor,
  CASE WHEN r.task > 0 THEN TRY_CAST(r.residents_enrolled * 1.0 / r.task AS DECIMAL(9, 6)) END AS task_rate,
  [coalesce(r.target_clause, r.coverage_clause)] AS clause,
  CAST(r.numerator AS VARCHAR) || ' ÷ ' || CAST(r.population AS VARCHAR)
  || CASE WHEN r.by_official THEN '（分母为常住人口数，分子含在此参保而不在名册人口中的人）' ELSE '（分母为名册人数）' END
  || CASE WHEN r.unidentified > 0 THEN '；户籍名册另有 ' || CAST(r.unidentified AS VARCHAR) || ' 行证件号码不能用，不在名册人口之内' ELSE '' END
  || CASE
    WHEN r.awaited > 0 THEN '；只算了本期名册列出的人，另有 ' || CAST(r.awaited AS VARCHAR) || ' 人以前在册而本期名册没有送全，未核对，没有计入'
    ELSE ''
  END
  || CASE r.target_state
    WHEN 'pending' THEN '；目标待定，是否达标未核对'
    WHEN 'unverified' THEN '；目标未核实'
    ELSE ''
  END
  || CASE WHEN r.employees_unknown THEN '；没有职工医保名册，职工参保未核对' ELSE '' END
  || CASE WHEN r.elsewhere_unknown THEN '；没有异地参保名册，异地参保未核对' ELSE '' END AS reason,
  CAST([] AS BIGINT[]) AS source_rows
FROM rated AS r
LEFT JOIN previous_coverage AS p
  ON p.level = r.level AND p.unit = r.unit AND p.township IS NOT DISTINCT FROM r.township;
