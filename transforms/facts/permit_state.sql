-- One row per holder of a residence permit valid on the as-of date.
CREATE TABLE permit_state AS
SELECT
  p.person_key,
  min(p.residing_since) AS permit_from,
  bool_or(coalesce(p.first_permit, FALSE)) AS permit_first,
  bool_or(coalesce(p.new_employment, FALSE)) AS new_employment
FROM staged_residence_permits AS p
CROSS JOIN run_settings AS s
WHERE p.person_key IS NOT NULL AND (p.residing_since IS NULL OR p.residing_since <= s.as_of)
GROUP BY p.person_key;
