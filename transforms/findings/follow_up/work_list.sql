-- One row per person on this month's work lists: the number of the case, the token of the row, and what the clerk needs to find
-- and to ask them. `uninsured` says why they stand there.
CREATE TABLE work_list AS
SELECT
  u.id_number, u.name, u.township, u.village, o.case_no, t.token, o.opened_in, u.reason_code, u.phone, u.payable,
  u.deadline, u.reason AS situation
FROM open_work AS o
INNER JOIN uninsured AS u ON u.id_number = o.id_number
INNER JOIN row_tokens AS t ON t.case_no = o.case_no;
