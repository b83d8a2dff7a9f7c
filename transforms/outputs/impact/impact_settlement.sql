-- One row per township and payer of subsidies: persons whose personal part it pays, wholly or in part, and yuan, under both packs.
CREATE TABLE impact_settlement AS
WITH paid AS (
  SELECT township, payer, amount AS before, CAST(NULL AS DECIMAL(12, 2)) AS after
  FROM subsidy_shares_before
  UNION ALL
  SELECT township, payer, CAST(NULL AS DECIMAL(12, 2)), amount
  FROM subsidy_shares_after
)

SELECT
  township,
  payer,
  count(before) AS persons_before,
  count(after) AS persons_after,
  coalesce(sum(before), 0) AS yuan_before,
  coalesce(sum(after), 0) AS yuan_after
FROM paid
GROUP BY township, payer
