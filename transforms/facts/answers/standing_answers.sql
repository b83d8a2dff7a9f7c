-- One row per person with an answer of a township: the newest that the rosters do not contradict, else the one of before, with
-- what has become of it. A new answer that a roster contradicts never stands.
CREATE TABLE standing_answers AS
SELECT
  j.person_key, j.answer, j.verdict, j.reason_code, j.place, j.happened_on, j.checked_on, j.remark, j.issued_in,
  j.received_in, j.expires_on, j.state, j.source_no, j.row,
  '乡镇核查（' || coalesce(CAST(j.checked_on AS VARCHAR), j.received_in || ' 收到') || '）：' || j.title
  || coalesce('（' || j.place || '）', '') AS told
FROM judged_answers AS j
WHERE j.refused IS NULL
QUALIFY row_number() OVER (PARTITION BY j.person_key ORDER BY CASE WHEN j.fresh THEN 0 ELSE 1 END) = 1;
