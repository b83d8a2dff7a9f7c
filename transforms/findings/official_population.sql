-- One row per township with an official resident population: the newest year that is not after the pack's. The county, with an empty
-- township, where every township with people has one (their sum), else where the roster states the county's own number.
CREATE TABLE official_population AS
WITH stated AS (
  SELECT
    -- A row for the county as a whole names the county where others name their township.
    CASE WHEN NOT ends_with(r.township, s.county) THEN r.township END AS township,
    r.population, r.year, r.source_no, r.row
  FROM staged_resident_population AS r
  CROSS JOIN run_settings AS s
  WHERE r.township IS NOT NULL AND r.population IS NOT NULL AND (r.year IS NULL OR r.year <= s.year)
),

newest AS (
  SELECT township, population
  FROM stated
  QUALIFY row_number() OVER (PARTITION BY township ORDER BY year DESC NULLS LAST, source_no DESC, row) = 1
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
