-- One row per person and year insured in 居民医保 here: at least one payment that counts, net of refunds above zero.
CREATE TABLE resident_years AS
SELECT
  person_key, year,
  min(paid_on) FILTER (WHERE coalesce(own_paid, 0) >= 0 AND coalesce(subsidy_paid, 0) >= 0) AS first_paid_on,
  sum(own_paid) AS own_paid,
  sum(subsidy_paid) AS subsidy_paid,
  count(*) AS payments
FROM resident_payments
WHERE is_local AND known AND counts
GROUP BY person_key, year
HAVING
  max(coalesce(own_paid, 0) + coalesce(subsidy_paid, 0)) >= 0
  AND NOT (
    min(coalesce(own_paid, 0) + coalesce(subsidy_paid, 0)) < 0
    AND sum(coalesce(own_paid, 0) + coalesce(subsidy_paid, 0)) <= 0
  );
