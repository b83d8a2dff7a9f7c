-- One row per person who was insured, or not in the population, when last a roster came that nobody handed in this month, and whom no
-- roster of this month shows insured or dead: `insurance_status` as it was in `held_in`, `roster` the one that is missing. They are
-- not urged before it comes. Who was dead is also kept where a list of deaths came without them (`is_missing` false) and, insured, for
-- as long as nothing takes that back: that is asked.
CREATE TABLE awaited_cover AS
WITH compared AS (
  SELECT
    b.*, k.person_key, k.township, coalesce(f.insurance_status, 'none') = 'none' AS uninsured, coalesce(f.dead, FALSE) AS dead,
    coalesce(b.population_reason = 'C1' AND k.register_status = 'normal', FALSE) AS lives_in_register
  FROM cover_before AS b
  LEFT JOIN known_persons AS k ON k.id_number = b.id_number
  LEFT JOIN person_facts AS f ON f.person_key = k.person_key
),

repeated AS (
  -- A list that names most of last month's dead once more is not one of this month alone: whom it leaves out, it took back.
  SELECT coalesce(avg(CAST(dead AS INTEGER)) > 0.5, FALSE) AS holds
  FROM compared
  WHERE population_reason = 'C2'
)

SELECT
  c.id_number, c.person_key, c.township, c.insurance_status, c.roster, c.held_in, c.reason,
  c.roster NOT IN (SELECT u.roster FROM supplied AS u WHERE u.rows > 0) AS is_missing
FROM compared AS c
CROSS JOIN repeated AS r
WHERE
  NOT c.dead AND NOT c.lives_in_register
  AND (c.uninsured OR (c.roster = 'deaths' AND NOT coalesce(c.population_reason = 'C2' AND r.holds, FALSE)))
QUALIFY row_number() OVER (PARTITION BY c.id_number ORDER BY c.held_in DESC, c.roster) = 1;
