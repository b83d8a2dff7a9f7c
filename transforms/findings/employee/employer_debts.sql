-- One row per employer with months not settled on the as-of date: how many, since when, and what is owed with the late fee. In
-- months in which the roster has a row of the employer itself, those of its persons are not added.
CREATE TABLE employer_debts AS
WITH owed AS (
  SELECT
    uscc, period, person_key IS NULL AS by_unit, source_rows,
    greatest(coalesce(due, 0) - paid, 0) + greatest(late_fee_due - late_fee_paid, 0) AS amount
  FROM paid_months
  WHERE uscc IS NOT NULL AND NOT settled
),

units AS (
  SELECT uscc, period FROM paid_months WHERE person_key IS NULL
)

SELECT
  o.uscc, count(DISTINCT o.period) AS months, min(o.period) AS first_month, sum(o.amount) AS amount,
  list_sort(flatten(list(o.source_rows))) AS source_rows
FROM owed AS o
WHERE o.by_unit OR (o.uscc, o.period) NOT IN (SELECT (u.uscc, u.period) FROM units AS u)
GROUP BY o.uscc;
