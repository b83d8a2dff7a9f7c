-- One row per person who has paid another level of the contribution than the first: which, and by how much it exceeds the first. A
-- level fits what was paid with what is subsidised of it; or all of it together, where a subsidy was forgotten. Of several that fit, the
-- one in which both parts agree, then the lowest.
CREATE TABLE chosen_levels AS
WITH payable AS (
  SELECT d.person_key, d.pay_day, d.subsidised, d.fiscal_due, d.standard, 1 AS level, d.standard AS price
  FROM due_terms AS d
  INNER JOIN pack_situations AS t ON t.ordinal = d.ordinal
  WHERE d.paid AND t.chooses
  UNION ALL
  SELECT d.person_key, d.pay_day, d.subsidised, d.fiscal_due, d.standard, c.level, v.value
  FROM due_terms AS d
  INNER JOIN pack_choices AS c ON c.ordinal = d.ordinal
  INNER JOIN pack_value_spans AS v ON v.name = c.price AND d.priced_on BETWEEN v.holds_from AND v.holds_to
  WHERE d.paid
),

offered AS (
  SELECT
    y.person_key, y.level, y.price, p.coins, p.coin,
    CASE WHEN q.ordinal IS NULL THEN p.amount ELSE q.amount END AS amount,
    CASE WHEN q.ordinal IS NULL THEN p.share * y.standard ELSE q.share * y.price END AS part
  FROM payable AS y
  INNER JOIN subsidy_offers AS o ON o.person_key = y.person_key AND o.tier = 0 AND (o.pay_day IS NULL OR o.pay_day = y.pay_day)
  INNER JOIN pack_subsidies AS p ON p.ordinal = o.ordinal
  LEFT JOIN pack_subsidy_choices AS q ON q.ordinal = p.ordinal AND q.level = y.level
  WHERE y.subsidised
),

subsidised AS (
  SELECT
    person_key, level,
    max(
      least(
        CASE
          WHEN part IS NULL THEN amount
          ELSE CAST(CAST(part * coins AS DECIMAL(12, 0)) * coin AS DECIMAL(12, 2))
        END,
        price
      )
    ) AS subsidy
  FROM offered
  GROUP BY person_key, level
),

helped AS (
  SELECT
    y.person_key, y.level, y.standard, y.price, y.price + y.fiscal_due AS whole, coalesce(s.subsidy, 0)
    + CASE
      WHEN g.person_key IS NULL THEN 0
      WHEN s.subsidy > 0 THEN least(coalesce(g.besides, 0), y.price - s.subsidy)
      ELSE least(coalesce(g.whole, 0), y.price)
    END AS help
  FROM payable AS y
  LEFT JOIN subsidised AS s ON s.person_key = y.person_key AND s.level = y.level
  LEFT JOIN grant_sums AS g ON g.person_key = y.person_key
),

matched AS (
  SELECT
    h.person_key, h.level, h.standard, h.price,
    CASE
      WHEN f.own_paid = h.whole - h.help AND coalesce(f.subsidy_paid, h.help) = h.help THEN 1
      WHEN f.own_paid + coalesce(f.subsidy_paid, 0) = h.whole THEN 2
      WHEN f.own_paid = h.whole - h.help THEN 3
    END AS place
  FROM helped AS h
  INNER JOIN person_facts AS f ON f.person_key = h.person_key
),

nearest AS (
  SELECT *
  FROM matched
  WHERE place IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY person_key ORDER BY place, level) = 1
)

SELECT person_key, level, CAST(price - standard AS DECIMAL(12, 2)) AS extra
FROM nearest
WHERE level > 1;
