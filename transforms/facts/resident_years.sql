-- One row per person and year insured in 居民医保 here: at least one payment that counts, and more paid than given back.
-- A refund may stand as a mark on the payment (`reversed`), as a negative row, or as both: negative rows first undo what is
-- marked, and only the rest is taken from payments that count. `first_paid_on`: since the last day on which all was given back.
CREATE TABLE resident_years AS
WITH paid AS (
  SELECT
    person_key, year, min(paid_on) AS first_paid_on, sum(own_paid) AS own_paid, sum(subsidy_paid) AS subsidy_paid,
    count(*) AS payments
  FROM resident_payments
  WHERE is_local AND known AND counts AND coalesce(own_paid, 0) >= 0 AND coalesce(subsidy_paid, 0) >= 0
  GROUP BY person_key, year
),

-- Few have a row of the kind.
returned AS (
  SELECT
    person_key, year,
    coalesce(sum(own_paid), 0) AS own_paid, coalesce(sum(subsidy_paid), 0) AS subsidy_paid,
    coalesce(bool_or(own_paid < 0 OR subsidy_paid < 0), FALSE) AS has_refund
  FROM resident_payments
  WHERE is_local AND known AND (reversed OR own_paid < 0 OR subsidy_paid < 0)
  GROUP BY person_key, year
),

netted AS (
  SELECT
    p.person_key, p.year, p.first_paid_on, p.payments, coalesce(r.has_refund, FALSE) AS has_refund,
    CAST(p.own_paid + least(0, coalesce(r.own_paid, 0)) AS DECIMAL(18, 2)) AS own_paid,
    CAST(p.subsidy_paid + least(0, coalesce(r.subsidy_paid, 0)) AS DECIMAL(18, 2)) AS subsidy_paid
  FROM paid AS p
  LEFT JOIN returned AS r ON r.person_key = p.person_key AND r.year = p.year
)

SELECT
  n.person_key, n.year, coalesce(o.first_paid_on, n.first_paid_on) AS first_paid_on, n.own_paid, n.subsidy_paid,
  CAST(n.payments AS INTEGER) AS payments
FROM netted AS n
LEFT JOIN reopened_years AS o ON o.person_key = n.person_key AND o.year = n.year
WHERE NOT n.has_refund OR coalesce(n.own_paid, 0) + coalesce(n.subsidy_paid, 0) > 0;
