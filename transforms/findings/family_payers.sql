-- One row per household with a person of the population insured as an employee: the numbers of these persons.
CREATE TABLE family_payers AS
SELECT household_id, list_sort(list(id_number)) AS payers
FROM person_facts
WHERE household_id IS NOT NULL AND insured_employee AND in_population
GROUP BY household_id;
