-- Persons by unit and state: the county, townships, villages, schools and relief groups that they are counted in. `outside`: insured
-- here without being in the population; who is neither has no part in any count.
CREATE TABLE unit_members AS
WITH placed AS (
  -- Few rows: the county, townships and villages are summed from them.
  SELECT k.township, k.village, f.in_population, f.insurance_status, f.insured_resident, count(*) AS persons
  FROM person_facts AS f
  INNER JOIN known_persons AS k ON k.person_key = f.person_key
  WHERE f.in_population OR (NOT f.dead AND f.insurance_status IN ('resident', 'employee', 'both'))
  GROUP BY k.township, k.village, f.in_population, f.insurance_status, f.insured_resident
),

-- A person has one school and may have several relief identities.
grouped AS (
  SELECT person_key, 'school' AS level, school AS unit FROM school_state WHERE attending AND school IS NOT NULL
  UNION ALL
  SELECT person_key, 'group', code FROM identities WHERE current
)

SELECT
  'county' AS level, CAST(NULL AS VARCHAR) AS township, CAST(NULL AS VARCHAR) AS village, s.county AS unit,
  p.in_population, p.insurance_status, p.insured_resident, NOT p.in_population AS outside, sum(p.persons) AS persons
FROM placed AS p
CROSS JOIN run_settings AS s
GROUP BY s.county, p.in_population, p.insurance_status, p.insured_resident
UNION ALL
SELECT
  'township', township, NULL, township, in_population, insurance_status, insured_resident, NOT in_population, sum(persons)
FROM placed
WHERE township IS NOT NULL
GROUP BY township, in_population, insurance_status, insured_resident
UNION ALL
SELECT
  'village', township, village, village, in_population, insurance_status, insured_resident, NOT in_population, sum(persons)
FROM placed
WHERE village IS NOT NULL AND township IS NOT NULL
GROUP BY township, village, in_population, insurance_status, insured_resident
UNION ALL
SELECT
  g.level, NULL, NULL, g.unit, f.in_population, f.insurance_status, f.insured_resident, NOT f.in_population, count(*)
FROM grouped AS g
INNER JOIN person_facts AS f ON f.person_key = g.person_key
WHERE f.in_population OR (NOT f.dead AND f.insurance_status IN ('resident', 'employee', 'both'))
GROUP BY g.level, g.unit, f.in_population, f.insurance_status, f.insured_resident;
