-- One row per due person and day of payment: the columns that conditions of grants may use (schemas/grant_facts.py). A view, and only
-- where a pack has grants.
CREATE VIEW grant_facts AS
SELECT f.*, k.village
FROM situation_facts AS f
INNER JOIN known_persons AS k ON k.person_key = f.person_key;
