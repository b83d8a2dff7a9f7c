-- One row per newborn whose father or mother is named: whether either has basic insurance here on the as-of date.
CREATE TABLE newborn_parents AS
WITH parents AS (
  SELECT person_key, mother_id AS parent_id FROM staged_births WHERE person_key IS NOT NULL
  UNION ALL
  SELECT person_key, father_id FROM staged_births WHERE person_key IS NOT NULL
)
SELECT p.person_key, bool_or(f.insured_resident OR f.insured_employee) AS parent_insured
FROM parents AS p
INNER JOIN known_persons AS k ON k.id_number = p.parent_id
INNER JOIN person_facts AS f ON f.person_key = k.person_key
GROUP BY p.person_key;
