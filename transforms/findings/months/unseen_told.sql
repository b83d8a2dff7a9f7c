-- One row per list and person of whom it cannot say that anything changed: a roster on which it rests is missing this month.
CREATE TABLE unseen_told AS
SELECT l."table", u.id_number, array_to_string(list_sort(list(DISTINCT u.told)), '；') AS told
FROM unseen_persons AS u
INNER JOIN list_rosters AS l ON l.roster = u.roster
GROUP BY l."table", u.id_number;
