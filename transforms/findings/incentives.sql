-- One row per person with a bonus. Zero claims: insured as a resident in the year before without any reimbursement, and
-- enrolled for this year inside the window; who was in 职工医保 all through that year has none (readings), nor who paid for it only
-- after its end where the pack takes that for a repair.
CREATE TABLE incentives AS
WITH claims AS (
  SELECT r.person_key
  FROM staged_reimbursements AS r
  CROSS JOIN run_settings AS s
  WHERE r.person_key IS NOT NULL AND r.year = s.year - 1 AND r.amount > 0
)
SELECT
  k.id_number, k.name, k.township, k.village, i.kind, i.amount, [i.clause] AS clause,
  CAST(s.year - 1 AS VARCHAR) || ' 年参加居民医保且基金零报销，集中参保缴费期内参加 ' || CAST(s.year AS VARCHAR)
  || ' 年居民医保，大病保险支付限额提高 ' || CAST(i.amount AS VARCHAR) || ' 元' AS reason,
  c.source_rows
FROM pack_incentives AS i
CROSS JOIN run_settings AS s
INNER JOIN decided AS d ON d.paid AND d.in_window
INNER JOIN resident_years AS y ON y.person_key = d.person_key AND y.year = s.year - 1
LEFT JOIN year_facts AS g ON g.person_key = d.person_key
INNER JOIN known_persons AS k ON k.person_key = d.person_key
INNER JOIN cited_rows AS c ON c.person_key = d.person_key
WHERE
  i.kind = 'zero_claim'
  AND NOT coalesce(g.repaired_last_year, FALSE)
  AND d.person_key NOT IN (SELECT b.person_key FROM claims AS b)
  AND EXISTS (SELECT 1 FROM supplied AS u WHERE u.roster = 'reimbursements' AND u.rows > 0);
