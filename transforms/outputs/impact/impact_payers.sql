-- One row per payer of subsidies: persons whose personal part it pays, and yuan, under both packs.
CREATE TABLE impact_payers AS
WITH paid AS (
  SELECT payer_before AS payer, subsidy_before AS before, CAST(NULL AS DECIMAL(12, 2)) AS after
  FROM impact_dues
  WHERE subsidy_before > 0
  UNION ALL
  SELECT payer_after, CAST(NULL AS DECIMAL(12, 2)), subsidy_after
  FROM impact_dues
  WHERE subsidy_after > 0
)

SELECT
  payer,
  count(before) AS persons_before,
  count(after) AS persons_after,
  coalesce(sum(before), 0) AS yuan_before,
  coalesce(sum(after), 0) AS yuan_after
FROM paid
GROUP BY payer
