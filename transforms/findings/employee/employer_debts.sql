-- One row per employer with months not settled on the as-of date (`counted_months`): how many, since when, and what is owed with
-- the late fee.
CREATE TABLE employer_debts AS
WITH owed AS (
  SELECT
    uscc, period, source_rows,
    greatest(coalesce(due, 0) - paid, 0) + greatest(late_fee_due - late_fee_paid, 0) AS amount
  FROM counted_months
  WHERE uscc IS NOT NULL AND NOT settled
)

SELECT
  o.uscc, count(DISTINCT o.period) AS months, min(o.period) AS first_month, sum(o.amount) AS amount,
  list_sort(flatten(list(o.source_rows))) AS source_rows
FROM owed AS o
GROUP BY o.uscc;
