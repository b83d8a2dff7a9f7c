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
  count(CASE WHEN wait_before > 0 THEN 1 END) AS waiting_before,
  count(CASE WHEN wait_after > 0 THEN 1 END) AS waiting_after,
  count(CASE WHEN wait_after > wait_before THEN 1 END) AS wait_longer,
  count(CASE WHEN wait_after < wait_before THEN 1 END) AS wait_shorter,
  count(CASE WHEN benefit_after > benefit_before THEN 1 END) AS benefit_later,
  count(CASE WHEN benefit_after < benefit_before THEN 1 END) AS benefit_earlier,
  count(CASE WHEN due_before AND due_after AND benefit_before IS NOT NULL AND benefit_after IS NULL THEN 1 END) AS benefit_lost,
  count(CASE WHEN due_before AND due_after AND benefit_before IS NULL AND benefit_after IS NOT NULL THEN 1 END) AS benefit_won,
  coalesce(sum(own_before), 0) AS own_before,
  coalesce(sum(own_after), 0) AS own_after,
  coalesce(sum(subsidy_before), 0) AS subsidy_before,
  coalesce(sum(subsidy_after), 0) AS subsidy_after,
  coalesce(sum(fiscal_before), 0) AS fiscal_before,
  coalesce(sum(fiscal_after), 0) AS fiscal_after
FROM impact_dues
GROUP BY township
