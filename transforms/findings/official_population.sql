-- One row per township with an official resident population: the newest year that is not after the pack's. The county,
-- with an empty township, only where every township with people has one.
CREATE TABLE official_population AS
WITH newest AS (
  SELECT r.township, r.population
  FROM staged_resident_population AS r
  CROSS JOIN run_settings AS s
  WHERE r.township IS NOT NULL AND r.population IS NOT NULL AND (r.year IS NULL OR r.year <= s.year)
  QUALIFY row_number() OVER (PARTITION BY r.township ORDER BY r.year DESC NULLS LAST, r.source_no DESC, r.row) = 1
),

townships AS (
  SELECT DISTINCT township FROM unit_members WHERE level = 'township' AND in_population
)

SELECT township, population FROM newest
UNION ALL
SELECT CAST(NULL AS VARCHAR), sum(population)
FROM newest
HAVING
  count(*) > 0
  AND (SELECT count(*) FROM townships AS t WHERE t.township NOT IN (SELECT n.township FROM newest AS n)) = 0;
