-- One row per township with an official resident population: the newest year that is not after the pack's. The county, with an empty
-- township, where every township with people has one (their sum), else where the roster states the county's own number.
CREATE TABLE official_population AS
WITH stated AS (
  SELECT
    -- A row for the county as a whole names the county where others name their township.
    CASE WHEN NOT ends_with(r.township, s.county) THEN r.township END AS township,
    r.village, r.population, r.year
  FROM staged_resident_population AS r
  CROSS JOIN run_settings AS s
  WHERE r.township IS NOT NULL AND r.population IS NOT NULL AND (r.year IS NULL OR r.year <= s.year)
),

latest AS (
  SELECT township, village, population
  FROM stated
  QUALIFY rank() OVER (PARTITION BY township ORDER BY year DESC NULLS LAST) = 1
),

newest AS (
  -- A row for the township as a whole, else the sum of its villages; of two that contradict one another, which staging has told, the
  -- larger: it flatters nobody.
  SELECT township, CAST(coalesce(max(population) FILTER (WHERE village IS NULL), sum(population)) AS BIGINT) AS population
  FROM latest
  GROUP BY township
),

townships AS (
  SELECT DISTINCT township FROM unit_members WHERE level = 'township' AND in_population
),

summed AS (
  SELECT sum(population) AS population
  FROM newest
  WHERE township IS NOT NULL
  HAVING
    count(*) > 0
    AND (
      SELECT count(*) FROM townships AS t
      WHERE t.township NOT IN (SELECT n.township FROM newest AS n WHERE n.township IS NOT NULL)
    ) = 0
)

SELECT township, population FROM newest WHERE township IS NOT NULL
UNION ALL
SELECT CAST(NULL AS VARCHAR), population FROM summed
UNION ALL
SELECT township, population FROM newest WHERE township IS NULL AND NOT EXISTS (SELECT 1 FROM summed);
