-- One row per person and year insured in 居民医保 here: at least one payment that counts, and more paid than given back.
-- A refund may stand as a mark on the payment (`reversed`), as a negative row, or as both: negative rows first undo what is
-- marked, and only the rest is taken from payments that count. `first_paid_on`: since the last day on which all was given back.
CREATE TABLE resident_years AS
WITH signed AS (
  SELECT
    person_key, year, paid_on, own_paid, subsidy_paid, counts, reversed,
    coalesce(own_paid, 0) + coalesce(subsidy_paid, 0) AS amount,
    coalesce(own_paid, 0) < 0 OR coalesce(subsidy_paid, 0) < 0 AS is_refund
  FROM resident_payments
  WHERE is_local AND known
),

summed AS (
  SELECT
    person_key, year,
    min(paid_on) FILTER (WHERE counts AND NOT is_refund) AS first_paid_on,
    sum(own_paid) FILTER (WHERE counts AND NOT is_refund) AS own_paid,
    sum(subsidy_paid) FILTER (WHERE counts AND NOT is_refund) AS subsidy_paid,
    count(*) FILTER (WHERE counts AND NOT is_refund) AS payments,
    sum(amount) FILTER (WHERE counts AND NOT is_refund) AS paid,
    bool_or(is_refund) AS has_refund,
    sum(own_paid) FILTER (WHERE is_refund) AS own_returned,
    sum(subsidy_paid) FILTER (WHERE is_refund) AS subsidy_returned,
    sum(own_paid) FILTER (WHERE reversed AND NOT is_refund) AS own_reversed,
    sum(subsidy_paid) FILTER (WHERE reversed AND NOT is_refund) AS subsidy_reversed
  FROM signed
  GROUP BY person_key, year
),

netted AS (
  SELECT
    person_key, year, first_paid_on, payments, paid, has_refund,
    CAST(own_paid + least(0, coalesce(own_returned, 0) + coalesce(own_reversed, 0)) AS DECIMAL(18, 2)) AS own_paid,
    CAST(subsidy_paid + least(0, coalesce(subsidy_returned, 0) + coalesce(subsidy_reversed, 0)) AS DECIMAL(18, 2))
      AS subsidy_paid
  FROM summed
  WHERE payments > 0
)

SELECT
  n.person_key, n.year, coalesce(o.first_paid_on, n.first_paid_on) AS first_paid_on, n.own_paid, n.subsidy_paid, n.payments
FROM netted AS n
LEFT JOIN reopened_years AS o ON o.person_key = n.person_key AND o.year = n.year
WHERE NOT n.has_refund OR coalesce(n.own_paid, 0) + coalesce(n.subsidy_paid, 0) > 0;
