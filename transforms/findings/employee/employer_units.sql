-- One row per unit of the employee side: each employer, each class of employers, flexible workers, with the persons who must be
-- insured there and how they are. A person with two employers of one class counts once in it.
CREATE TABLE employer_units AS
WITH flexible AS (
  SELECT person_key FROM employee_spells WHERE active AND is_local AND employee_type = 'flexible'
  UNION
  SELECT person_key
  FROM staged_pension
  WHERE
    pension_scheme = 'enterprise' AND coalesce(insured_status, '1') = '1' AND employer IS NULL AND uscc IS NULL
    AND person_key IS NOT NULL
),

members AS (
  SELECT
    'employer' AS level, e.employer_key AS unit, n.employer AS title, coalesce(n.employer_type, 'unknown') AS type, e.person_key
  FROM employments AS e
  INNER JOIN known_employers AS n ON n.employer_key = e.employer_key
  UNION
  SELECT 'employer_class', coalesce(n.employer_type, 'unknown'), NULL, coalesce(n.employer_type, 'unknown'), e.person_key
  FROM employments AS e
  INNER JOIN known_employers AS n ON n.employer_key = e.employer_key
  UNION
  SELECT 'employer_class', 'flexible', NULL, 'flexible', x.person_key
  FROM flexible AS x
  WHERE x.person_key NOT IN (SELECT e.person_key FROM employments AS e)
),

counted AS (
  SELECT
    m.level, m.unit, m.title, m.type, count(*) AS persons,
    count(*) FILTER (WHERE f.insured_employee) AS insured_employee,
    count(*) FILTER (WHERE f.insurance_status = 'resident') AS insured_resident,
    count(*) FILTER (WHERE f.insurance_status = 'elsewhere') AS insured_elsewhere,
    count(*) FILTER (WHERE f.elsewhere_employee AND NOT f.insured_employee) AS employee_elsewhere,
    count(*) FILTER (WHERE f.insurance_status = 'other_cover') AS other_cover,
    count(*) FILTER (WHERE f.insurance_status = 'none') AS uninsured
  FROM members AS m
  INNER JOIN person_facts AS f ON f.person_key = m.person_key
  WHERE NOT f.dead AND NOT f.pensioner AND NOT f.not_due
  GROUP BY m.level, m.unit, m.title, m.type
)

SELECT * FROM counted
UNION ALL
-- Every class of the pack has a row, even without persons; without the register of employers nothing is known of classes.
SELECT 'employer_class', c.type, NULL, c.type, 0, 0, 0, 0, 0, 0, 0
FROM pack_employer_classes AS c
WHERE
  c.type NOT IN (SELECT u.unit FROM counted AS u WHERE u.level = 'employer_class')
  AND (c.type = 'flexible' OR EXISTS (SELECT 1 FROM supplied AS p WHERE p.roster = 'employers'));
