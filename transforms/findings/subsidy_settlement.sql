-- One row per township and payer: persons whose subsidy is due and yuan, and how much of it for those who are enrolled. The
-- sums of `subsidy_shares`.
CREATE TABLE subsidy_settlement AS
SELECT
  township, payer,
  CAST(count(DISTINCT person_key) AS INTEGER) AS persons,
  CAST(sum(amount) AS DECIMAL(12, 2)) AS amount,
  CAST(count(DISTINCT person_key) FILTER (WHERE enrolled) AS INTEGER) AS persons_enrolled,
  CAST(coalesce(sum(amount) FILTER (WHERE enrolled), 0) AS DECIMAL(12, 2)) AS amount_enrolled
FROM subsidy_shares
GROUP BY township, payer;
