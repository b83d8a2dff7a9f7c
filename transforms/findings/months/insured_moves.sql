-- One row per person who is counted as insured in a township in only one of the two runs, or in another township. Empty without a
-- previous run. Documents without a number of 17 digits before the last sign are found by their text.
CREATE TABLE insured_moves AS
WITH earlier AS (
  SELECT try_cast(left(e.id_number, 17) AS BIGINT) AS person_key, e.id_number, e.township
  FROM earlier_persons AS e
  WHERE e.in_population AND e.insurance_status IN ('resident', 'employee', 'both') AND NOT contains(e.id_number, ':')
  UNION ALL
  SELECT k.person_key, e.id_number, e.township
  FROM earlier_persons AS e
  LEFT JOIN known_persons AS k ON k.id_number = e.id_number
  WHERE e.in_population AND e.insurance_status IN ('resident', 'employee', 'both') AND contains(e.id_number, ':')
),

present AS (
  SELECT f.person_key, k.township
  FROM person_facts AS f
  INNER JOIN known_persons AS k ON k.person_key = f.person_key
  CROSS JOIN earlier_run AS r
  WHERE f.in_population AND f.insurance_status IN ('resident', 'employee', 'both')
)

SELECT
  coalesce(n.person_key, e.person_key) AS person_key, e.id_number AS earlier_id, e.township AS from_township,
  n.township AS to_township, e.id_number IS NOT NULL AS was_insured, n.person_key IS NOT NULL AS is_insured
FROM earlier AS e
FULL JOIN present AS n ON n.person_key = e.person_key
WHERE e.id_number IS NULL OR n.person_key IS NULL OR e.township IS DISTINCT FROM n.township;
