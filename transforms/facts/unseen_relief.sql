-- One row per person of whom this month's rosters of relief identities cannot say what is due: one that is open (`open_relief`) may come to more
-- than what they hold. To the dead and to who is in 职工医保 nothing is due, whatever they hold.
CREATE TABLE unseen_relief AS
SELECT b.person_key, b.unseen AS told
FROM best_subsidies AS b
INNER JOIN person_facts AS f ON f.person_key = b.person_key
WHERE b.unseen IS NOT NULL AND NOT f.dead AND f.insurance_status NOT IN ('employee', 'both');
