-- One row per person who was insured, or not in the population, when last a roster came that nobody handed in this month, and whom no
-- roster of this month shows insured or dead: `insurance_status` as it was in `held_in`, `roster` the one that is missing. They are
-- not urged before it comes. Who was dead is also kept where a list of deaths came without them (`is_missing` false): that is asked.
CREATE TABLE awaited_cover AS
SELECT b.id_number, k.person_key, k.township, b.insurance_status, b.roster, b.held_in, b.reason,
  b.roster NOT IN (SELECT u.roster FROM supplied AS u WHERE u.rows > 0) AS is_missing
FROM cover_before AS b
LEFT JOIN known_persons AS k ON k.id_number = b.id_number
LEFT JOIN person_facts AS f ON f.person_key = k.person_key
WHERE coalesce(f.insurance_status, 'none') = 'none' AND NOT coalesce(f.dead, FALSE)
QUALIFY row_number() OVER (PARTITION BY b.id_number ORDER BY b.held_in DESC, b.roster) = 1;
