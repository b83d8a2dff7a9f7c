-- One row per township and payer of subsidies: persons whose personal part it pays, wholly or in part, and yuan, under both packs. A
-- person counts in one township, as in `impact_dues`: the packs may spell or cut it otherwise.
CREATE TABLE impact_settlement AS
WITH paid AS (
  SELECT id_number, township, payer, amount AS before, CAST(NULL AS DECIMAL(12, 2)) AS after
  FROM subsidy_shares_before
  UNION ALL
  SELECT id_number, township, payer, CAST(NULL AS DECIMAL(12, 2)), amount
  FROM subsidy_shares_after
),

placed AS (
  SELECT CASE WHEN d.id_number IS NULL THEN p.township ELSE d.township END AS township, p.payer, p.before, p.after
  FROM paid AS p
  LEFT JOIN impact_dues AS d ON d.id_number = p.id_number
)

SELECT
  township,
  payer,
  count(before) AS persons_before,
  count(after) AS persons_after,
  coalesce(sum(before), 0) AS yuan_before,
  coalesce(sum(after), 0) AS yuan_after
FROM placed
GROUP BY township, payer
