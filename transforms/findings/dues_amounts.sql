-- One row per due person: the situation that decided, amounts after the subsidy, wait and benefit dates (due_terms). Whose
-- benefits would begin after their last day has none. Where nobody can say what the subsidy comes to, nor can what remains be said.
-- `granted`: how much of it is for everybody like them, whatever their identity. `advance`: what a person who pays may have to lay out,
-- and is given afterwards.
CREATE TABLE dues_amounts AS
WITH priced AS (
  SELECT
    d.*,
    d.subsidised AND coalesce(r.entitled, FALSE) AS is_subsidised,
    d.subsidised AND d.admitted AND d.standard > 0 AND coalesce(r.tier = 2, FALSE)
    -- An identity that is awaited may also decide which situation fits.
    OR r.unseen IS NOT NULL AND (d.standard > 0 OR NOT d.admitted) AS is_open,
    r.amount AS relief_amount, r.ordinal AS relief_ordinal, CASE WHEN c.person_key IS NULL THEN u.share END AS relief_share, u.coins, u.coin, u.afterwards,
    coalesce(c.extra, 0) AS extra, c.person_key IS NOT NULL AS has_chosen
  FROM due_terms AS d
  LEFT JOIN chosen_levels AS c ON c.person_key = d.person_key
  LEFT JOIN best_subsidies AS r ON r.person_key = d.person_key
  LEFT JOIN pack_subsidies AS u ON u.ordinal = r.ordinal
),

reduced AS (
  SELECT
    *,
    -- What is due counts in fen. Prices come with six digits behind the point, as rates do: reckoning with these for everybody
    -- would take numbers of twice the width.
    CAST(CAST(standard AS DECIMAL(12, 2)) + extra AS DECIMAL(12, 2)) AS own_price,
    CAST(fiscal_due AS DECIMAL(12, 2)) AS fiscal_price,
    -- A share is one of the price that is due, which windows and days may change.
    CASE
      WHEN is_open THEN NULL
      WHEN NOT is_subsidised THEN CAST(0 AS DECIMAL(12, 2))
      WHEN has_chosen THEN CAST(relief_amount AS DECIMAL(12, 2))
      WHEN relief_share IS NOT NULL THEN
        CAST(
          least(CAST(CAST(relief_share * standard * coins AS DECIMAL(12, 0)) * coin AS DECIMAL(12, 2)), standard) AS DECIMAL(12, 2)
        )
      ELSE CAST(least(relief_amount, standard) AS DECIMAL(12, 2))
    END AS subsidy
  FROM priced
),

-- Grants pay what is left of the price, and those that stand beside no subsidy nothing of who has one.
granted AS (
  SELECT
    r.*,
    CASE
      WHEN g.person_key IS NULL OR r.own_price = r.subsidy THEN CAST(0 AS DECIMAL(12, 2))
      WHEN r.subsidy > 0 THEN CAST(least(g.besides, CASE WHEN g.besides IS NOT NULL THEN r.own_price - r.subsidy END) AS DECIMAL(12, 2))
      WHEN r.subsidy = 0 THEN CAST(least(g.whole, CASE WHEN g.whole IS NOT NULL THEN r.own_price END) AS DECIMAL(12, 2))
    END AS granted,
    CASE WHEN r.own_price = r.subsidy THEN NULL WHEN r.subsidy > 0 THEN g.besides_open ELSE g.open_ordinal END AS grant_ordinal
  FROM reduced AS r
  LEFT JOIN grant_sums AS g ON g.person_key = r.person_key
)

SELECT
  person_key, ordinal, paid, pay_day, at_once, admitted, unknown_wait, is_subsidised AS subsidised, event_day,
  priced_on, waits_from, first_day, last_day,
  own_price AS standard,
  CAST(own_price - subsidy - granted AS DECIMAL(12, 2)) AS own_due,
  CAST(subsidy + granted AS DECIMAL(12, 2)) AS subsidy_due,
  granted,
  CASE WHEN afterwards THEN subsidy ELSE CAST(0 AS DECIMAL(12, 2)) END AS advance,
  fiscal_price AS fiscal_due,
  CAST(CASE WHEN NOT is_open AND granted IS NOT NULL THEN own_price + fiscal_price END AS DECIMAL(12, 2)) AS total_due,
  coalesce(CASE WHEN is_open THEN relief_ordinal END, grant_ordinal, CASE WHEN subsidy > 0 THEN relief_ordinal END) AS relief_ordinal,
  CASE WHEN admitted AND NOT unknown_wait AND first_day <= last_day THEN first_day END AS benefit_from,
  CASE
    WHEN unknown_wait THEN NULL
    WHEN admitted AND waits THEN CAST(date_diff('day', waits_from, first_day) AS INTEGER)
    ELSE 0
  END AS waiting_days,
  CASE WHEN admitted AND waits THEN first_day - 1 END AS waiting_until
FROM granted;
