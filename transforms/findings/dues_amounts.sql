-- One row per due person: the situation that decided, amounts after the subsidy, wait and benefit dates (due_terms). Whose
-- benefits would begin after their last day has none. Where nobody can say what the subsidy comes to, nor can what remains be said.
CREATE TABLE dues_amounts AS
WITH priced AS (
  SELECT
    d.*,
    d.subsidised AND coalesce(r.entitled, FALSE) AS is_subsidised,
    d.subsidised AND d.admitted AND d.standard > 0 AND coalesce(r.tier = 2, FALSE)
    -- An identity that is awaited may also decide which situation fits.
    OR r.unseen IS NOT NULL AND (d.standard > 0 OR NOT d.admitted) AS is_open,
    r.amount AS relief_amount, r.ordinal AS relief_ordinal, u.share AS relief_share, u.digits
  FROM due_terms AS d
  LEFT JOIN best_subsidies AS r ON r.person_key = d.person_key
  LEFT JOIN pack_subsidies AS u ON u.ordinal = r.ordinal
),

reduced AS (
  SELECT
    *,
    -- What is due counts in fen. Prices come with six digits behind the point, as rates do: reckoning with these for everybody
    -- would take numbers of twice the width.
    CAST(standard AS DECIMAL(12, 2)) AS own_price,
    CAST(fiscal_due AS DECIMAL(12, 2)) AS fiscal_price,
    -- A share is one of the price that is due, which windows and days may change.
    CASE
      WHEN is_open THEN NULL
      WHEN NOT is_subsidised THEN CAST(0 AS DECIMAL(12, 2))
      WHEN relief_share IS NOT NULL AND digits = 2 THEN CAST(relief_share * standard AS DECIMAL(12, 2))
      WHEN relief_share IS NOT NULL THEN
        CAST(
          least(
            CASE
              WHEN digits = 1 THEN CAST(CAST(relief_share * standard AS DECIMAL(12, 1)) AS DECIMAL(12, 2))
              ELSE CAST(CAST(relief_share * standard AS DECIMAL(12, 0)) AS DECIMAL(12, 2))
            END,
            standard
          ) AS DECIMAL(12, 2)
        )
      ELSE CAST(least(relief_amount, standard) AS DECIMAL(12, 2))
    END AS subsidy
  FROM priced
),

-- Who has paid the price of their choice owes that one.
chosen AS (
  SELECT r.*, coalesce(c.extra, 0) AS extra
  FROM reduced AS r
  LEFT JOIN chosen_prices AS c
    ON c.person_key = r.person_key
    AND (
      c.own_paid = r.own_price - r.subsidy + r.fiscal_price + c.extra
      OR c.own_paid + coalesce(c.subsidy_paid, 0) = r.own_price + r.fiscal_price + c.extra
    )
)

SELECT
  person_key, ordinal, paid, pay_day, at_once, admitted, unknown_wait, is_subsidised AS subsidised, event_day,
  priced_on, waits_from, first_day, last_day,
  standard,
  CAST(own_price + extra - subsidy AS DECIMAL(12, 2)) AS own_due,
  subsidy AS subsidy_due,
  fiscal_price AS fiscal_due,
  CAST(CASE WHEN NOT is_open THEN own_price + extra + fiscal_price END AS DECIMAL(12, 2)) AS total_due,
  CASE WHEN is_open OR subsidy > 0 THEN relief_ordinal END AS relief_ordinal,
  CASE WHEN admitted AND NOT unknown_wait AND first_day <= last_day THEN first_day END AS benefit_from,
  CASE
    WHEN unknown_wait THEN NULL
    WHEN admitted AND waits THEN CAST(date_diff('day', waits_from, first_day) AS INTEGER)
    ELSE 0
  END AS waiting_days,
  CASE WHEN admitted AND waits THEN first_day - 1 END AS waiting_until
FROM chosen;
