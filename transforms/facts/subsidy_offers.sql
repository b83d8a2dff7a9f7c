-- One row per person, relief code, row of the pack's subsidies that fits, and day of payment (null: whatever day): what it may
-- come to. Each code has a row of tier 3 besides. `tier`: 0 = recognised in time, 1 = too late, 2 = not computable (待定, or the
-- condition asks what nobody supplied), 3 = nothing. Of several records of one code, one that fits is enough. `has_amount`: the
-- pack says what it comes to for this person, whenever they were recognised.
CREATE TABLE subsidy_offers AS
WITH told AS (
  SELECT
    c.person_key, c.code, p.ordinal, CAST(NULL AS DATE) AS pay_day, TRUE AS fits, min(c.recognised_on) AS recognised_on,
    bool_or(c.undated) AS undated
  FROM relief_classes AS c
  INNER JOIN pack_subsidies AS p ON p.category = c.code AND NOT p.conditional
  GROUP BY c.person_key, c.code, p.ordinal
  UNION ALL
  SELECT
    person_key, code, ordinal, pay_day, bool_or(fits), min(recognised_on) FILTER (WHERE coalesce(fits, TRUE)),
    coalesce(bool_or(undated) FILTER (WHERE coalesce(fits, TRUE)), FALSE)
  FROM subsidy_fits
  GROUP BY person_key, code, ordinal, pay_day
)

SELECT
  t.person_key, t.code, t.ordinal, t.pay_day,
  t.fits IS NULL AND (t.undated OR p.until IS NULL OR t.recognised_on <= p.until) AS unknown,
  t.recognised_on,
  coalesce(t.fits, FALSE) AND NOT p.pending AS has_amount,
  CASE
    WHEN NOT (t.undated OR p.until IS NULL OR t.recognised_on <= p.until) THEN 1
    WHEN p.pending OR t.fits IS NULL THEN 2
    ELSE 0
  END AS tier
FROM told AS t
INNER JOIN pack_subsidies AS p ON p.ordinal = t.ordinal
WHERE coalesce(t.fits, TRUE)
UNION ALL
SELECT person_key, code, CAST(NULL AS INTEGER), CAST(NULL AS DATE), FALSE, recognised_on, FALSE, 3 FROM identities;
