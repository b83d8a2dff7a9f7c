-- One row per person and relief identity that the next list of it has to confirm or to end: held in `held_in`, lost since
-- (`relief_losses`), and not said to have ended. `person_key` is null where no roster names the person this month.
CREATE TABLE awaited_relief AS
SELECT k.person_key, l.id_number, l.category, g.family, l.township, l.held_in, l.reason
FROM relief_losses AS l
INNER JOIN relief_titles AS g ON g.category = l.category
LEFT JOIN known_persons AS k ON k.id_number = l.id_number
WHERE g.family NOT IN (SELECT e.family FROM ended_families AS e);
