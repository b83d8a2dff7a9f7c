-- One row: which rosters somebody handed in with rows. Who is not found while a whole roster is missing was not looked for.
CREATE VIEW rosters_present AS
SELECT
  coalesce(bool_or(roster = 'resident_insurance'), FALSE) AS resident_insurance,
  coalesce(bool_or(roster = 'employee_insurance'), FALSE) AS employee_insurance,
  coalesce(bool_or(roster = 'other_insurance'), FALSE) AS other_insurance,
  coalesce(bool_or(roster = 'pension'), FALSE) AS pension,
  coalesce(bool_or(roster = 'payroll'), FALSE) AS payroll,
  coalesce(bool_or(roster = 'employers'), FALSE) AS employers,
  coalesce(bool_or(roster = 'arrears'), FALSE) AS arrears
FROM supplied;
