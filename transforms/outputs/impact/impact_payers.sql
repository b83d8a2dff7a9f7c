-- One row per payer of subsidies: the sums of `impact_settlement` over all townships.
CREATE TABLE impact_payers AS
SELECT
  payer,
  CAST(sum(persons_before) AS BIGINT) AS persons_before,
  CAST(sum(persons_after) AS BIGINT) AS persons_after,
  sum(yuan_before) AS yuan_before,
  sum(yuan_after) AS yuan_after
FROM impact_settlement
GROUP BY payer
