-- One row per due person and day of payment: the columns that conditions of rule packs may use (schemas/facts.py),
-- but for those that follow from relief identities. A view: only what a step asks for is computed.
CREATE VIEW due_facts AS
SELECT
  p.person_key, p.pay_day, p.paid, p.at_once, s.year_start, s.year_end, s.window_opens, s.window_closes,
  s.last_year_start,
  w.number IS NOT NULL AS in_window,
  w.number AS window_number,
  coalesce(p.pay_day < s.window_opens, FALSE) AS before_window,
  coalesce(p.pay_day > s.window_closes, FALSE) AS after_window,
  f.birth_date,
  date_diff('day', f.birth_date, p.pay_day) AS days_since_birth,
  CASE
    WHEN g.repaired_last_year THEN FALSE WHEN f.insured_last_year THEN TRUE WHEN s.has_last_year THEN FALSE
  END AS insured_last_year,
  CASE
    WHEN g.resident_last_year OR h.months_last_year = 12 THEN TRUE WHEN g.last_year_on_record THEN FALSE
  END AS unbroken_last_year,
  g.insured_years_running, g.broken_years, g.resident_broken_years, g.repaired_years,
  l.ended_on AS employee_ended_on,
  date_diff('day', l.ended_on, p.pay_day) AS days_since_employee_end,
  l.by_labour AS employee_end_by_labour,
  -- Calendar months begun since the end: 1 up to the same day of the next month, 2 up to that of the second …
  (year(p.pay_day) - year(l.ended_on)) * 12 + month(p.pay_day) - month(l.ended_on)
  + CASE
    WHEN least(day(l.ended_on), day(last_day(p.pay_day))) < day(p.pay_day) THEN 1
    ELSE 0
  END AS months_since_employee_end,
  h.months_last_year AS employee_months_last_year,
  h.months_this_year AS employee_months_this_year,
  h.gap_days_this_year > 0 AS employee_gap_this_year,
  h.gap_days_this_year AS employee_gap_days_this_year,
  e.welfare_admitted_on, e.discharged_on, e.recruit_returned_on, e.released_on, e.correction_on,
  greatest(e.graduated_on, f.graduated_on) AS graduated_on,
  f.works AND NOT f.pensioner AS at_work,
  greatest(e.moved_in_on, f.moved_in_on) AS moved_in_on,
  f.permit_from, f.permit_first, f.new_employment, f.student, f.college_student,
  CASE WHEN f.college_student THEN f.enrolled_from END AS new_student_on,
  n.parent_insured
FROM due_persons AS p
INNER JOIN person_facts AS f ON f.person_key = p.person_key
CROSS JOIN run_settings AS s
LEFT JOIN pack_windows AS w ON p.pay_day BETWEEN w.opens AND w.closes
LEFT JOIN last_employee_end AS l ON l.person_key = p.person_key AND l.pay_day = p.pay_day
LEFT JOIN employee_months AS h ON h.person_key = p.person_key AND h.pay_day = p.pay_day
LEFT JOIN year_facts AS g ON g.person_key = p.person_key
LEFT JOIN newborn_parents AS n ON n.person_key = p.person_key
LEFT JOIN event_days AS e ON e.person_key = p.person_key;
