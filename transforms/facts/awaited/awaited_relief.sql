-- One row per person and relief identity that the next list of it has to confirm or to end: held in `held_in`, lost since
-- (`relief_losses`), and not said to have ended; or held until the run before, and a row that was not read is or may be theirs
-- (`alone`: that says nothing of anybody else). `person_key` is null where no roster names the person this month.
CREATE TABLE awaited_relief AS
SELECT k.person_key, l.id_number, l.category, g.family, l.township, l.held_in, l.reason, FALSE AS alone
FROM relief_losses AS l
INNER JOIN relief_titles AS g ON g.category = l.category
LEFT JOIN known_persons AS k ON k.id_number = l.id_number
WHERE g.family NOT IN (SELECT e.family FROM ended_families AS e)
UNION ALL
SELECT
  h.person_key, h.id_number, h.category, h.family, h.township, h.held_in,
  '本期「' || s.roster_title || '」中' || p.told || '，未核对', TRUE
FROM relief_kept AS h
INNER JOIN possible_relief AS p ON p.id_number = h.id_number
CROSS JOIN relief_limits AS s
LEFT JOIN relief_losses AS l ON l.id_number = h.id_number AND l.category = h.category
WHERE NOT h.kept AND NOT h.gone AND l.id_number IS NULL;
