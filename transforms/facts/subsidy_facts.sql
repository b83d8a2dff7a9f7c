-- One row per relief identity with its sub-class and day of payment, of categories whose subsidies have conditions: the columns that these
-- may use (schemas/subsidy_facts.py). `holder_key`: the person; what belongs to the payment is empty for who owes nothing.
CREATE TABLE subsidy_facts AS
WITH conditional AS (
  SELECT DISTINCT category FROM pack_subsidies WHERE conditional
),

codes AS (
  SELECT person_key, list(code) AS held, bool_or(family = 'monitored') AS monitored FROM identities GROUP BY person_key
),

held AS (
  SELECT
    c.person_key AS holder_key, c.code, c.grade, c.disability_type, c.disability_grade, c.area_type, c.recognised_on,
    c.undated, coalesce(h.held, CAST([] AS VARCHAR[])) AS held, coalesce(h.monitored, FALSE) AS monitored, k.township,
    p.registered, k.birth_date AS born_on, s.as_of
  FROM relief_classes AS c
  INNER JOIN conditional AS n ON n.category = c.code
  INNER JOIN known_persons AS k ON k.person_key = c.person_key
  INNER JOIN person_states AS p ON p.person_key = c.person_key
  CROSS JOIN run_settings AS s
  LEFT JOIN codes AS h ON h.person_key = c.person_key
)

SELECT
  h.holder_key, h.code, h.grade, h.disability_type, h.disability_grade, h.area_type, h.recognised_on, h.undated,
  CAST(date_trunc('month', h.recognised_on) + INTERVAL 1 MONTH AS DATE) AS month_after_recognition,
  h.township,
  h.registered,
  year(coalesce(d.pay_day, h.as_of)) - year(h.born_on)
  - CASE
    WHEN month(coalesce(d.pay_day, h.as_of)) * 100 + day(coalesce(d.pay_day, h.as_of)) < month(h.born_on) * 100 + day(h.born_on)
      THEN 1
    ELSE 0
  END AS age,
  list_contains(h.held, 'extreme_poverty') AS extreme_poverty,
  list_contains(h.held, 'minimum_living') AS minimum_living,
  list_contains(h.held, 'minimum_living_margin') AS minimum_living_margin,
  list_contains(h.held, 'severe_disability') AS severe_disability,
  list_contains(h.held, 'moderate_disability') AS moderate_disability,
  list_contains(h.held, 'orphan') AS orphan,
  list_contains(h.held, 'unattended_child') AS unattended_child,
  h.monitored,
  list_contains(h.held, 'monitored_unstable') AS monitored_unstable,
  list_contains(h.held, 'monitored_margin') AS monitored_margin,
  list_contains(h.held, 'monitored_sudden') AS monitored_sudden,
  list_contains(h.held, 'lifted_out') AS lifted_out,
  list_contains(h.held, 'special_care') AS special_care,
  list_contains(h.held, 'hardship_veteran') AS hardship_veteran,
  list_contains(h.held, 'centenarian') AS centenarian,
  d.*
FROM held AS h
LEFT JOIN due_facts AS d ON d.person_key = h.holder_key;
