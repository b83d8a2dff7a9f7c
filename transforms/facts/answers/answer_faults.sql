-- One row per row of a returned work list with a fault: the column it stands in (canonical name), the rule, and what was answered.
CREATE TABLE answer_faults AS
WITH found AS (
  SELECT source_no, row, answer, fault AS rule, 'row' AS severity FROM returned_answers WHERE fault IS NOT NULL
  UNION ALL
  SELECT source_no, row, answer, refused, 'row' FROM judged_answers WHERE refused IS NOT NULL
  UNION ALL
  SELECT source_no, row, answer, 'answer_undated', 'note' FROM returned_answers WHERE fault IS NULL AND checked_on IS NULL
)

SELECT
  f.source_no, f.row, f.rule, f.severity, o.title AS value,
  CASE
    WHEN f.rule IN ('answer_two_persons', 'answer_unmatched', 'answer_unnumbered') THEN 'token'
    WHEN f.rule = 'answer_name_differs' THEN 'name'
    WHEN f.rule = 'answer_place_missing' THEN 'place'
    WHEN f.rule IN ('answer_date_future', 'answer_undated') THEN 'checked_on'
    WHEN f.rule = 'answer_missing' THEN 'verdict'
    ELSE 'answer'
  END AS name
FROM found AS f
LEFT JOIN answer_options AS o ON o.answer = f.answer;
