-- One row per person of whom this month's rosters of relief identities cannot say that nothing is due: they held one last month, of
-- a category that no roster holds now.
CREATE TABLE unseen_relief AS
SELECT k.person_key, u.told
FROM unseen_persons AS u
INNER JOIN known_persons AS k ON k.id_number = u.id_number
WHERE u.roster = 'relief';
