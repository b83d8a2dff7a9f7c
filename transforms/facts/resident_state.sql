-- One row per person on the resident rosters here: cover of the pack's year, registration without payment, earlier years.
-- A view: read once.
CREATE VIEW resident_state AS
WITH years AS (
  SELECT
    y.person_key,
    max(y.first_paid_on) FILTER (WHERE y.year = s.year) AS first_paid_on,
    max(y.own_paid) FILTER (WHERE y.year = s.year) AS own_paid,
    max(y.subsidy_paid) FILTER (WHERE y.year = s.year) AS subsidy_paid,
    max(y.year) FILTER (WHERE y.year < s.year) AS last_year
  FROM resident_years AS y
  CROSS JOIN run_settings AS s
  GROUP BY y.person_key
),

unpaid AS (
  SELECT DISTINCT p.person_key
  FROM resident_payments AS p
  CROSS JOIN run_settings AS s
  WHERE
    p.year = s.year AND p.is_local AND p.paid_on IS NULL AND NOT p.reversed
    AND coalesce(p.insured_status, '1') IN ('0', '1', '2')
)

SELECT
  coalesce(y.person_key, u.person_key) AS person_key,
  -- Every year insured has a day of payment.
  y.first_paid_on IS NOT NULL AS insured,
  y.first_paid_on, y.own_paid, y.subsidy_paid, y.last_year,
  coalesce(y.last_year = s.year - 1, FALSE) AS insured_last_year,
  u.person_key IS NOT NULL AS registered_unpaid
FROM years AS y
FULL JOIN unpaid AS u ON u.person_key = y.person_key
CROSS JOIN run_settings AS s;
