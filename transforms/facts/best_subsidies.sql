-- One row per person with a relief identity: the row of the pack that decides. The highest resulting amount does, at the price
-- of the person's own situation (a share of a dearer window may overtake a fixed amount), ties by the pack's order (contract §4).
-- Who chose another level of the contribution (chosen_levels) gets what the row says of it, up to its price. What came too late
-- cannot stand for what is not computable. `unseen`: why nobody can say whether the identity holds or held (`open_relief`); it decides
-- where it may come to more than what is held.
CREATE TABLE best_subsidies AS
WITH offered AS (
  SELECT person_key, code, ordinal, tier, recognised_on, pay_day, CAST(NULL AS VARCHAR) AS unseen
  FROM subsidy_offers
  UNION ALL
  SELECT a.person_key, a.category, p.ordinal, 2, CAST(NULL AS DATE), CAST(NULL AS DATE), a.reason
  FROM open_relief AS a
  INNER JOIN pack_subsidies AS p ON p.category = a.category
),

priced AS (
  SELECT
    o.person_key, o.code, o.ordinal, o.tier, o.recognised_on, o.unseen, p.coins, p.coin, p.payer, p.clause, p.until,
    p.later, p.later_clause, c.person_key IS NOT NULL AS has_chosen,
    CASE WHEN q.ordinal IS NULL THEN p.amount ELSE q.amount END AS amount,
    CASE WHEN q.ordinal IS NULL THEN p.share ELSE q.share END AS share, coalesce(p.pending, FALSE) AS pending,
    -- Who pays nothing has no price of their own: what the subsidy usually comes to decides.
    CASE
      WHEN q.ordinal IS NOT NULL THEN d.standard + c.extra WHEN d.standard > 0 THEN d.standard ELSE usual.value
    END AS price
  FROM offered AS o
  LEFT JOIN pack_subsidies AS p ON p.ordinal = o.ordinal
  LEFT JOIN due_terms AS d ON d.person_key = o.person_key
  LEFT JOIN chosen_levels AS c ON c.person_key = o.person_key
  LEFT JOIN pack_subsidy_choices AS q ON q.ordinal = o.ordinal AND q.level = c.level
  LEFT JOIN pack_values AS usual ON usual.name = 'individual_contribution'
  -- Between two windows a person stands with two days of payment until one is decided.
  WHERE o.pay_day IS NULL OR d.pay_day IS NULL OR o.pay_day = d.pay_day
),

valued AS (
  SELECT
    *,
    CASE
      WHEN share IS NULL THEN amount
      ELSE CAST(CAST(share * price * coins AS DECIMAL(12, 0)) * coin AS DECIMAL(12, 2))
    END AS gross,
    CASE WHEN unseen IS NOT NULL THEN 0 WHEN tier = 1 THEN 2 WHEN tier = 2 THEN 1 ELSE tier END AS place
  FROM priced
)

SELECT
  v.person_key, v.code AS category, v.ordinal, v.tier, v.tier = 0 AS entitled, v.recognised_on, v.pending, v.payer, v.clause,
  v.until, v.later, v.later_clause,
  CASE WHEN v.has_chosen AND v.gross IS NOT NULL THEN CAST(least(v.gross, v.price) AS DECIMAL(12, 2)) ELSE v.gross END AS amount,
  v.unseen,
  coalesce(r.categories, CAST([] AS VARCHAR[])) AS categories, coalesce(r.current, FALSE) AS current,
  coalesce(r.unknown, FALSE) AS unknown
FROM valued AS v
LEFT JOIN relief_state AS r ON r.person_key = v.person_key
QUALIFY row_number() OVER (
  PARTITION BY v.person_key
  ORDER BY v.place, coalesce(least(v.gross, v.price), v.gross) DESC NULLS LAST, v.tier, v.ordinal NULLS LAST, v.code
) = 1;
