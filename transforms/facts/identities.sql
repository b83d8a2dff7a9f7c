-- One row per person and relief code that holds on the as-of date: recognised by then (or undated) and not ended, and for
-- monitored households the risk not removed. `recognised_on`: the earliest recognition still running.
CREATE TABLE identities AS
WITH single AS (
  SELECT r.person_key, unnest(r.categories) AS code, r.recognised_on, r.left_on, r.risk_cleared, r.source_no, r.row
  FROM staged_relief AS r
  WHERE r.person_key IS NOT NULL
)
SELECT i.person_key, i.code, min(i.recognised_on) AS recognised_on, bool_or(i.recognised_on IS NULL) AS undated
FROM single AS i
CROSS JOIN run_settings AS s
WHERE
  (i.recognised_on IS NULL OR i.recognised_on <= s.as_of)
  AND (i.left_on IS NULL OR i.left_on > s.as_of)
  AND NOT (i.code LIKE 'monitored%' AND coalesce(i.risk_cleared, FALSE))
GROUP BY i.person_key, i.code;
