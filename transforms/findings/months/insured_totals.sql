-- One row per township, and one of those without: how many persons of the population were insured in the previous run and are now.
-- Nobody is counted where there was no previous run.
CREATE TABLE insured_totals AS
WITH counted AS (
  SELECT e.township, count(*) AS from_insured, 0 AS to_insured
  FROM earlier_persons AS e
  WHERE e.in_population AND e.insurance_status IN ('resident', 'employee', 'both')
  GROUP BY e.township
  UNION ALL
  SELECT k.township, 0, count(*)
  FROM earlier_run AS r
  CROSS JOIN person_facts AS f
  INNER JOIN known_persons AS k ON k.person_key = f.person_key
  WHERE f.in_population AND f.insurance_status IN ('resident', 'employee', 'both')
  GROUP BY k.township
  UNION ALL
  SELECT t.township, 0, 0 FROM pack_townships AS t
)

SELECT c.township, CAST(sum(c.from_insured) AS INTEGER) AS from_insured, CAST(sum(c.to_insured) AS INTEGER) AS to_insured
FROM counted AS c
CROSS JOIN earlier_run AS r
GROUP BY c.township;
