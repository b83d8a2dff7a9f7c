-- Persons by unit and state: the county, townships, villages, schools and relief groups that they are counted in.
CREATE TABLE unit_members AS
WITH counted AS (
  SELECT
    f.person_key, k.township, k.village, CASE WHEN c.attending THEN c.school END AS school, f.in_population,
    f.insurance_status, f.insured_resident,
    NOT f.in_population AND NOT f.dead AND f.insurance_status IN ('resident', 'employee', 'both') AS outside
  FROM person_facts AS f
  INNER JOIN known_persons AS k ON k.person_key = f.person_key
  LEFT JOIN school_state AS c ON c.person_key = f.person_key
  WHERE f.in_population OR (NOT f.dead AND f.insurance_status IN ('resident', 'employee', 'both'))
),

-- Few rows: what stands above villages and schools is summed from them.
placed AS (
  SELECT
    township, village, school, in_population, insurance_status, insured_resident, outside,
    count(*) AS persons
  FROM counted
  GROUP BY township, village, school, in_population, insurance_status, insured_resident, outside
)

SELECT
  'county' AS level, CAST(NULL AS VARCHAR) AS township, CAST(NULL AS VARCHAR) AS village, s.county AS unit,
  p.in_population, p.insurance_status, p.insured_resident, p.outside, sum(p.persons) AS persons
FROM placed AS p
CROSS JOIN run_settings AS s
GROUP BY s.county, p.in_population, p.insurance_status, p.insured_resident, p.outside
UNION ALL
SELECT
  'township', township, NULL, township, in_population, insurance_status, insured_resident, outside, sum(persons)
FROM placed
WHERE township IS NOT NULL
GROUP BY township, in_population, insurance_status, insured_resident, outside
UNION ALL
SELECT
  'village', township, village, village, in_population, insurance_status, insured_resident, outside, sum(persons)
FROM placed
WHERE village IS NOT NULL AND township IS NOT NULL
GROUP BY township, village, in_population, insurance_status, insured_resident, outside
UNION ALL
SELECT
  'school', NULL, NULL, school, in_population, insurance_status, insured_resident, outside, sum(persons)
FROM placed
WHERE school IS NOT NULL
GROUP BY school, in_population, insurance_status, insured_resident, outside
UNION ALL
SELECT
  'group', NULL, NULL, i.code, c.in_population, c.insurance_status, c.insured_resident, c.outside, count(*)
FROM counted AS c
INNER JOIN identities AS i ON i.person_key = c.person_key AND i.current
GROUP BY i.code, c.in_population, c.insurance_status, c.insured_resident, c.outside;
