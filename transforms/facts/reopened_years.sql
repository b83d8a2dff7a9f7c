-- One row per person and year in which everything paid had been given back, by negative rows, and was paid anew:
-- `first_paid_on` is the first payment since then. What marks say was given back is undone by its negative rows first.
CREATE TABLE reopened_years AS
WITH moves AS (
  SELECT
    p.person_key, p.year, p.paid_on, p.own_paid, p.subsidy_paid,
    coalesce(p.own_paid, 0) + coalesce(p.subsidy_paid, 0) AS amount,
    coalesce(p.own_paid, 0) < 0 OR coalesce(p.subsidy_paid, 0) < 0 AS is_refund,
    p.counts, p.reversed
  FROM resident_payments AS p
  INNER JOIN given_back AS r ON r.person_key = p.person_key AND r.year = p.year
  WHERE p.is_local AND p.known
),

-- More was given back than the marks say.
unmarked AS (
  SELECT person_key, year
  FROM moves
  WHERE is_refund OR reversed
  GROUP BY person_key, year
  HAVING sum(own_paid) < 0 OR sum(subsidy_paid) < 0
),

balances AS (
  SELECT
    d.person_key, d.year, d.paid_on,
    sum(d.amount) OVER (PARTITION BY d.person_key, d.year ORDER BY d.paid_on) AS balance
  FROM (
    SELECT m.person_key, m.year, m.paid_on, sum(m.amount) AS amount
    FROM moves AS m
    INNER JOIN unmarked AS u ON u.person_key = m.person_key AND u.year = m.year
    WHERE m.counts OR m.reversed OR m.is_refund
    GROUP BY m.person_key, m.year, m.paid_on
  ) AS d
)

SELECT m.person_key, m.year, min(m.paid_on) AS first_paid_on
FROM moves AS m
INNER JOIN (
  SELECT person_key, year, max(paid_on) AS emptied_on FROM balances WHERE balance <= 0 GROUP BY person_key, year
) AS e ON e.person_key = m.person_key AND e.year = m.year
WHERE m.counts AND NOT m.is_refund AND m.paid_on > e.emptied_on
GROUP BY m.person_key, m.year;
