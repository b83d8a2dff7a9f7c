-- One row per person with a relief identity: codes in order, and what conditions ask of them. `entitled`: some identity
-- brings a subsidy and was recognised in time; `has_amount`: the pack names an amount, whenever it was recognised.
CREATE TABLE relief_state AS
WITH offered AS (
  SELECT
    person_key, bool_or(tier = 0) AS entitled, bool_or(has_amount) AS has_amount, bool_or(unknown) AS unknown,
    min(recognised_on) FILTER (WHERE has_amount) AS first_recognised_on
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
    bool_or(code LIKE 'monitored%') AS monitored
  FROM identities
  GROUP BY person_key
) AS i
INNER JOIN offered AS o ON o.person_key = i.person_key;
