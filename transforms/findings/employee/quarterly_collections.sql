-- One row per quarter and kind of payer, up to the run's month: what was due for its months (`counted_months`) and what had arrived
-- by the as-of date. A month whose amount due nobody stated counts in `unstated_months` and in no sum; without any amount due there
-- is no rate.
CREATE TABLE quarterly_collections AS
WITH counted AS (
  SELECT
    left(period, 4) || '-Q' || CAST((CAST(right(period, 2) AS INTEGER) + 2) // 3 AS VARCHAR) AS quarter,
    CASE WHEN uscc IS NULL THEN 'person' ELSE 'employer' END AS payer,
    coalesce(uscc, CAST(person_key AS VARCHAR)) AS payer_key,
    period, due, paid, late_fee_due, late_fee_paid, settled
  FROM counted_months
),

payers AS (
  SELECT
    quarter, payer, payer_key, max(period) AS through, bool_or(NOT settled) AS owing,
    count(*) FILTER (WHERE due IS NULL) AS unstated_months, sum(due) AS due, sum(paid) FILTER (WHERE due IS NOT NULL) AS paid,
    sum(greatest(due - paid, 0)) AS owed, sum(late_fee_due) AS late_fee_due, sum(late_fee_paid) AS late_fee_paid
  FROM counted
  GROUP BY quarter, payer, payer_key
)

SELECT
  quarter, payer, max(through) AS through, CAST(count(*) AS INTEGER) AS payers,
  CAST(count(*) FILTER (WHERE owing) AS INTEGER) AS owing,
  CAST(sum(unstated_months) AS INTEGER) AS unstated_months,
  CAST(sum(due) AS DECIMAL(12, 2)) AS due,
  CAST(sum(paid) AS DECIMAL(12, 2)) AS paid,
  CASE WHEN sum(due) > 0 THEN sum(paid) / sum(due) END AS rate,
  CAST(sum(owed) AS DECIMAL(12, 2)) AS owed,
  CAST(sum(late_fee_due) AS DECIMAL(12, 2)) AS late_fee_due,
  CAST(sum(late_fee_paid) AS DECIMAL(12, 2)) AS late_fee_paid
FROM payers
GROUP BY quarter, payer;
