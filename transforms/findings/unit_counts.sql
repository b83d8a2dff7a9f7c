-- One row per unit: how many persons stand in which state. Every township of the pack has a row, and each that has a task, an
-- official population or register rows without a usable number, even without persons.
CREATE TABLE unit_counts AS
WITH summed AS (
  SELECT
    level, township, village, unit,
    sum(CASE WHEN in_population THEN persons ELSE 0 END) AS persons,
    sum(CASE WHEN in_population AND insurance_status = 'resident' THEN persons ELSE 0 END) AS insured_resident,
    sum(CASE WHEN in_population AND insurance_status IN ('employee', 'both') THEN persons ELSE 0 END) AS insured_employee,
    sum(CASE WHEN outside THEN persons ELSE 0 END) AS insured_outside,
    sum(CASE WHEN in_population AND insurance_status = 'elsewhere' THEN persons ELSE 0 END) AS insured_elsewhere,
    sum(CASE WHEN in_population AND insurance_status = 'other_cover' THEN persons ELSE 0 END) AS other_cover,
    sum(CASE WHEN in_population AND insurance_status = 'none' THEN persons ELSE 0 END) AS uninsured,
    sum(CASE WHEN insured_resident THEN persons ELSE 0 END) AS residents_enrolled
  FROM unit_members
  GROUP BY level, township, village, unit
),

named_townships AS (
  SELECT township FROM pack_townships
  UNION
  SELECT township FROM unit_tasks
  UNION
  SELECT township FROM official_population
  UNION
  SELECT township FROM unidentified
),

empty_townships AS (
  SELECT t.township
  FROM named_townships AS t
  WHERE t.township IS NOT NULL AND t.township NOT IN (SELECT m.township FROM unit_members AS m WHERE m.level = 'township')
)

SELECT * FROM summed
UNION ALL
SELECT 'township', township, CAST(NULL AS VARCHAR), township, 0, 0, 0, 0, 0, 0, 0, 0 FROM empty_townships
UNION ALL
SELECT 'county', CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), s.county, 0, 0, 0, 0, 0, 0, 0, 0
FROM run_settings AS s
WHERE NOT EXISTS (SELECT 1 FROM unit_members);
