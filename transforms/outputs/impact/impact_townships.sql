-- One row per township: persons and yuan under both packs; `unknown` counts persons whose amount is not known (待定).
CREATE TABLE impact_townships AS
SELECT
  township,
  count(CASE WHEN due_before THEN 1 END) AS persons_before,
  count(CASE WHEN due_after THEN 1 END) AS persons_after,
  count(CASE WHEN due_before AND total_before IS NULL THEN 1 END) AS unknown_before,
  count(CASE WHEN due_after AND total_after IS NULL THEN 1 END) AS unknown_after,
  count(CASE WHEN NOT admitted_before THEN 1 END) AS refused_before,
  count(CASE WHEN NOT admitted_after THEN 1 END) AS refused_after,
  count(CASE WHEN own_after > own_before THEN 1 END) AS pay_more,
  count(CASE WHEN own_after < own_before THEN 1 END) AS pay_less,
  coalesce(sum(own_before), 0) AS own_before,
  coalesce(sum(own_after), 0) AS own_after,
  coalesce(sum(subsidy_before), 0) AS subsidy_before,
  coalesce(sum(subsidy_after), 0) AS subsidy_after,
  coalesce(sum(fiscal_before), 0) AS fiscal_before,
  coalesce(sum(fiscal_after), 0) AS fiscal_after
FROM impact_dues
GROUP BY township
