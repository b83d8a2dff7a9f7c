-- One row per person on this month's work lists: the number of the case, the token of the row, and what the clerk needs to find
-- and to ask them. `uninsured` says why they stand there; `situation` says first what the clerk has to ask because no roster of it
-- came, and adds what was wrong with an answer that came back and could not be used.
CREATE TABLE work_list AS
WITH refused AS (
  SELECT k.id_number, min(v.advice) AS advice
  FROM returned_answers AS r
  INNER JOIN answer_faults AS f ON f.source_no = r.source_no AND f.row = r.row AND f.severity = 'row'
  INNER JOIN known_persons AS k ON k.person_key = r.person_key
  INNER JOIN rule_advice AS v ON v.rule = f.rule
  -- Where another answer stands nothing is wrong with this one.
  WHERE f.rule NOT IN ('answer_outdated', 'answer_unnumbered')
  GROUP BY k.id_number
)

SELECT
  u.id_number, u.name, u.township, u.village, o.case_no, t.token, o.opened_in, u.reason_code, u.phone, u.payable,
  u.deadline,
  n.ask_first || u.reason || coalesce('；上次交回的答复没有采用：' || r.advice, '') AS situation
FROM open_work AS o
INNER JOIN uninsured AS u ON u.id_number = o.id_number
INNER JOIN row_tokens AS t ON t.case_no = o.case_no
CROSS JOIN run_notes AS n
LEFT JOIN refused AS r ON r.id_number = u.id_number;
