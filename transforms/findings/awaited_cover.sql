-- One row per person who was insured, or not in the population, when last a roster came that nobody handed in this month, and whom no
-- roster of this month shows insured or dead: `insurance_status` as it was in `held_in`, `roster` the one that is missing. They are
-- not urged before it comes.
CREATE TABLE awaited_cover AS
SELECT b.id_number, k.person_key, k.township, b.insurance_status, b.roster, b.held_in, b.reason
FROM cover_before AS b
LEFT JOIN known_persons AS k ON k.id_number = b.id_number
LEFT JOIN person_facts AS f ON f.person_key = k.person_key
WHERE coalesce(f.insurance_status, 'none') = 'none' AND NOT coalesce(f.dead, FALSE)
QUALIFY row_number() OVER (PARTITION BY b.id_number ORDER BY b.held_in DESC, b.roster) = 1;
