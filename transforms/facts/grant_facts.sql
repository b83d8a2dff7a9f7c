-- One row per due person and day of payment: the columns that conditions of grants may use (schemas/grant_facts.py). A view, and only
-- where a pack has grants.
CREATE VIEW grant_facts AS
SELECT
  f.*, k.village,
  CASE WHEN r.roster IS NOT NULL THEN coalesce(k.in_register, FALSE) AND coalesce(k.register_status, 'normal') = 'normal' END AS registered,
  year(f.pay_day) - year(f.birth_date)
  - CASE WHEN month(f.pay_day) * 100 + day(f.pay_day) < month(f.birth_date) * 100 + day(f.birth_date) THEN 1 ELSE 0 END AS age
FROM situation_facts AS f
INNER JOIN known_persons AS k ON k.person_key = f.person_key
LEFT JOIN supplied AS r ON r.roster = 'household_register' AND r.rows > 0;
