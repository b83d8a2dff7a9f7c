-- One row per person who was insured, or not in the population, when last a roster came that nobody handed in this month, and whom no
-- roster of this month shows insured or dead: `insurance_status` as it was in `held_in`, `roster` the one that is missing. They are
-- not urged before it comes. Who was dead is also kept where a list of deaths came without them (`is_missing` false) and, insured, for
-- as long as nothing takes that back: that is asked.
CREATE TABLE awaited_cover AS
WITH known AS (
  SELECT
    b.*, k.person_key, k.township, coalesce(f.insurance_status, 'none') = 'none' AS uninsured, coalesce(f.dead, FALSE) AS dead
  FROM cover_before AS b
  LEFT JOIN known_persons AS k ON k.id_number = b.id_number
  LEFT JOIN person_facts AS f ON f.person_key = k.person_key
),

-- Dead in the register last month, and 正常 in it now; where a file leaves the status out, 正常 is only assumed.
living AS (
  SELECT DISTINCT p.person_key
  FROM known AS p
  INNER JOIN staged_household_register AS r ON r.person_key = p.person_key
  WHERE
    p.population_reason = 'C1' AND r.register_status = 'normal'
    AND r.source_no NOT IN (
      SELECT e.source_no FROM rejects_raw AS e WHERE e.roster = 'household_register' AND e.rule = 'status_assumed'
    )
),

-- A list that names most of those once more whom last month's named is not one of this month alone: whom it leaves out, it took back.
repeated AS (
  SELECT count(d.person_key) * 2 > count(*) AS holds
  FROM known AS p
  LEFT JOIN (SELECT DISTINCT person_key FROM staged_deaths) AS d ON d.person_key = p.person_key
  WHERE p.population_reason = 'C2'
)

SELECT
  p.id_number, p.person_key, p.township, p.insurance_status, p.roster, p.held_in, p.reason,
  p.roster NOT IN (SELECT u.roster FROM supplied AS u) AS is_missing
FROM known AS p
CROSS JOIN repeated AS r
WHERE
  NOT p.dead AND coalesce(p.person_key NOT IN (SELECT l.person_key FROM living AS l), TRUE)
  AND (p.uninsured OR (p.roster = 'deaths' AND NOT coalesce(p.population_reason = 'C2' AND r.holds, FALSE)))
QUALIFY row_number() OVER (PARTITION BY p.id_number ORDER BY p.held_in DESC, p.roster) = 1;
