-- One row per person of whom this month's rosters of relief identities cannot say what is due: one that is awaited may come to more
-- than what they hold.
CREATE TABLE unseen_relief AS
SELECT person_key, unseen AS told
FROM best_subsidies
WHERE unseen IS NOT NULL;
