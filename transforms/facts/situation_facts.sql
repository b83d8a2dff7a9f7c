-- One row per due person and day of payment: the columns that conditions of situations may use (schemas/facts.py). A view: it
-- is read once, by the decision table.
CREATE VIEW situation_facts AS
WITH
-- Nobody, where no situation asks for it.
places AS (
  SELECT k.person_key, k.township, p.registered
  FROM known_persons AS k
  INNER JOIN person_states AS p ON p.person_key = k.person_key
  INNER JOIN run_settings AS s ON s.asks_place
)

SELECT
  d.*,
  t.township,
  t.registered,
  year(d.pay_day) - year(d.birth_date)
  - CASE WHEN month(d.pay_day) * 100 + day(d.pay_day) < month(d.birth_date) * 100 + day(d.birth_date) THEN 1 ELSE 0 END AS age,
  i.codes AS relief,
  coalesce(r.monitored, FALSE) AS monitored,
  coalesce(r.has_amount, FALSE) AS subsidised_category,
  r.first_recognised_on AS recognised_on,
  coalesce(r.entitled, FALSE) AS entitled
FROM due_facts AS d
LEFT JOIN places AS t ON t.person_key = d.person_key
LEFT JOIN held_relief AS i ON i.person_key = d.person_key AND i.pay_day = d.pay_day
LEFT JOIN relief_state AS r ON r.person_key = d.person_key;
