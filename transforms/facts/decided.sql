-- One row per due person: the first situation of the pack that fits (`fitting_situations`), and of the facts those that amounts, waits and
-- first days are reckoned from. `event_day`: the day of the event that the situation counts from.
CREATE TABLE decided AS
SELECT
  d.person_key, d.pay_day, d.paid, d.at_once, d.ordinal, d.recognised_on,
  CASE t.event
    WHEN 'birth_date' THEN d.birth_date
    WHEN 'employee_ended_on' THEN d.employee_ended_on
    WHEN 'welfare_admitted_on' THEN d.welfare_admitted_on
    WHEN 'discharged_on' THEN d.discharged_on
    WHEN 'recruit_returned_on' THEN d.recruit_returned_on
    WHEN 'released_on' THEN d.released_on
    WHEN 'correction_on' THEN d.correction_on
    WHEN 'graduated_on' THEN d.graduated_on
    WHEN 'moved_in_on' THEN d.moved_in_on
    WHEN 'permit_from' THEN d.permit_from
    WHEN 'new_student_on' THEN d.new_student_on
    WHEN 'recognised_on' THEN d.recognised_on
  END AS event_day,
  d.broken_years, d.resident_broken_years, d.repaired_years
FROM fitting_situations AS d
LEFT JOIN pack_situations AS t ON t.ordinal = d.ordinal;
