-- One row per due person and day of payment by which 职工医保 had ended: the latest end.
CREATE TABLE last_employee_end AS
SELECT
  p.person_key, p.pay_day,
  max(e.stopped_on) AS ended_on,
  arg_max(e.by_labour, e.stopped_on) AS by_labour
FROM due_persons AS p
INNER JOIN employee_ends AS e ON e.person_key = p.person_key AND e.stopped_on <= p.pay_day
GROUP BY p.person_key, p.pay_day;
