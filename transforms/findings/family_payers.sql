-- One row per household with a person of the population insured as an employee: the numbers of these persons. Offices that
-- count households village by village repeat their numbers, so the place belongs to the number.
CREATE TABLE family_payers AS
SELECT k.household_id, k.township, k.village, list_sort(list(k.id_number)) AS payers
FROM person_facts AS f
INNER JOIN known_persons AS k ON k.person_key = f.person_key
WHERE k.household_id IS NOT NULL AND f.insured_employee AND f.in_population
GROUP BY k.household_id, k.township, k.village;
