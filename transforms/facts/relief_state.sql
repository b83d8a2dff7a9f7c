-- One row per person with a relief identity: codes in order, and what conditions ask of them. `entitled`: some identity
-- was recognised in time, though its subsidy may be 待定 or unknown (the amounts then stay open). `has_amount`: the pack names
-- an amount, whenever it was recognised, or it is open.
CREATE TABLE relief_state AS
WITH offered AS (
  SELECT
    person_key, bool_or(tier IN (0, 2)) AS entitled, bool_or(has_amount OR tier = 2) AS has_amount, bool_or(unknown) AS unknown,
    min(recognised_on) FILTER (WHERE has_amount OR tier = 2) AS first_recognised_on
  FROM subsidy_offers
  GROUP BY person_key
)

SELECT
  i.person_key, i.categories, i.current, i.monitored, o.entitled, o.has_amount, o.unknown, o.first_recognised_on
FROM (
  SELECT
    person_key,
    coalesce(list_sort(list(code) FILTER (WHERE current)), CAST([] AS VARCHAR[])) AS categories,
    bool_or(current) AS current,
    bool_or(family = 'monitored') AS monitored
  FROM identities
  GROUP BY person_key
) AS i
INNER JOIN offered AS o ON o.person_key = i.person_key;
