-- One row per person with a relief identity: codes in order, and what they come to under this pack.
-- The category with the highest resulting amount decides, ties by the pack's order (contract §4).
CREATE TABLE relief_state AS
WITH priced AS (
  SELECT
    i.person_key, i.code, i.recognised_on, i.undated, i.current, p.ordinal, p.payer, p.clause, p.pending,
    CASE
      WHEN p.amount IS NOT NULL THEN p.amount
      WHEN p.share IS NOT NULL THEN CAST(p.share * v.value AS DECIMAL(12, 2))
    END AS amount,
    p.category IS NOT NULL AS in_pack,
    coalesce(NOT p.pending, FALSE) AS has_amount,
    coalesce(NOT p.pending, FALSE) AND (i.undated OR s.recognition_until IS NULL OR i.recognised_on <= s.recognition_until)
      AS entitled
  FROM identities AS i
  CROSS JOIN run_settings AS s
  LEFT JOIN pack_subsidies AS p ON p.category = i.code
  LEFT JOIN pack_values AS v ON v.name = 'individual_contribution'
),

ranked AS (
  SELECT
    *,
    CASE WHEN entitled THEN 0 WHEN in_pack AND NOT pending THEN 1 WHEN in_pack THEN 2 ELSE 3 END AS tier
  FROM priced
),

deciding AS (
  SELECT *
  FROM ranked
  QUALIFY row_number() OVER (
    PARTITION BY person_key ORDER BY tier, amount DESC NULLS LAST, ordinal NULLS LAST, code
  ) = 1
)

SELECT
  d.person_key, d.code AS category, d.tier, d.amount, d.ordinal, d.payer, d.clause, d.recognised_on, d.entitled, d.pending,
  coalesce(g.categories, CAST([] AS VARCHAR[])) AS categories, g.current, g.has_amount, g.first_recognised_on, g.monitored
FROM deciding AS d
INNER JOIN (
  SELECT
    person_key,
    list_sort(list(code) FILTER (WHERE current)) AS categories,
    bool_or(current) AS current,
    bool_or(has_amount) AS has_amount,
    bool_or(code LIKE 'monitored%') AS monitored,
    min(recognised_on) FILTER (WHERE has_amount) AS first_recognised_on
  FROM ranked
  GROUP BY person_key
) AS g ON g.person_key = d.person_key;
