-- One row per payer of subsidies: persons whose personal part it pays, wholly or in part, and yuan, under both packs.
CREATE TABLE impact_payers AS
WITH paid AS (
  SELECT payer, amount AS before, CAST(NULL AS DECIMAL(12, 2)) AS after
  FROM subsidy_shares_before
  UNION ALL
  SELECT payer, CAST(NULL AS DECIMAL(12, 2)), amount
  FROM subsidy_shares_after
)

SELECT
  payer,
  count(before) AS persons_before,
  count(after) AS persons_after,
  coalesce(sum(before), 0) AS yuan_before,
  coalesce(sum(after), 0) AS yuan_after
FROM paid
GROUP BY payer
