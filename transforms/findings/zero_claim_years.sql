-- One row per person who has paid for this year, where the pack rewards years without claims: how many such years there are at
-- least and at most. Only the year before counts, or every year since the one that the pack names. They differ where nobody handed
-- in the residents or the claims of a year, or (`open_use`) where a bonus that claims clear may have been used up.
CREATE TABLE zero_claim_years AS
WITH asked AS (
  SELECT s.year - 1 AS year, TRUE AS on_record, TRUE AS claims_known
  FROM run_settings AS s
  INNER JOIN pack_incentives AS i ON i.kind = 'zero_claim' AND i.since IS NULL
  WHERE list_contains(s.claim_years, s.year - 1)
  UNION ALL
  SELECT h.year, h.on_record, list_contains(s.claim_years, h.year)
  FROM history_years AS h
  CROSS JOIN run_settings AS s
  INNER JOIN pack_incentives AS i ON i.kind = 'zero_claim' AND h.year >= i.since
),

claims AS (
  SELECT DISTINCT r.person_key, r.year
  FROM staged_reimbursements AS r
  INNER JOIN asked AS a ON a.year = r.year
  WHERE r.person_key IS NOT NULL AND r.amount > 0
),

looked_at AS (
  SELECT
    d.person_key, a.year, a.claims_known, b.person_key IS NOT NULL AS claimed,
    y.person_key IS NOT NULL AND NOT coalesce(g.paid_late AND NOT g.insured, FALSE) AS insured,
    y.person_key IS NULL AND NOT a.on_record AS unrecorded
  FROM decided AS d
  INNER JOIN pack_incentive_windows AS w ON w.kind = 'zero_claim' AND d.pay_day BETWEEN w.opens AND w.closes
  CROSS JOIN asked AS a
  LEFT JOIN resident_years AS y ON y.person_key = d.person_key AND y.year = a.year
  LEFT JOIN insured_years AS g ON g.person_key = d.person_key AND g.year = a.year
  LEFT JOIN claims AS b ON b.person_key = d.person_key AND b.year = a.year
  WHERE d.paid AND (y.person_key IS NOT NULL OR NOT a.on_record)
),

used AS (
  SELECT person_key, max(CASE WHEN claimed OR NOT claims_known THEN year END) AS last_use FROM looked_at GROUP BY person_key
),

counted AS (
  SELECT
    l.person_key,
    count(*) FILTER (WHERE l.insured AND l.claims_known AND NOT l.claimed) AS sure,
    count(*) FILTER (WHERE l.insured AND l.claims_known AND NOT l.claimed AND l.year > coalesce(u.last_use, 0)) AS unused,
    count(*) FILTER (WHERE (l.insured OR l.unrecorded) AND NOT l.claimed) AS most
  FROM looked_at AS l
  INNER JOIN used AS u ON u.person_key = l.person_key
  GROUP BY l.person_key
)

SELECT
  c.person_key, CASE WHEN i.cleared_by_use THEN c.unused ELSE c.sure END AS least, c.most,
  i.cleared_by_use AND c.unused < c.sure AS open_use, c.sure < c.most AS open_years
FROM counted AS c
INNER JOIN pack_incentives AS i ON i.kind = 'zero_claim'
WHERE c.most > 0 AND EXISTS (SELECT 1 FROM asked AS a WHERE a.claims_known);
