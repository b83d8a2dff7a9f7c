-- One row per person who has paid and could choose between two prices: by how much the other exceeds the usual one, and what was
-- paid.
CREATE TABLE chosen_prices AS
SELECT d.person_key, CAST(c.value - d.standard AS DECIMAL(12, 2)) AS extra, f.own_paid, f.subsidy_paid
FROM pack_situations AS t
INNER JOIN due_terms AS d ON d.ordinal = t.ordinal
INNER JOIN pack_value_spans AS c ON c.name = t.own_choice AND d.priced_on BETWEEN c.holds_from AND c.holds_to
INNER JOIN person_facts AS f ON f.person_key = d.person_key
WHERE t.own_choice IS NOT NULL AND d.paid;
