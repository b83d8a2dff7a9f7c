-- One row per person with an answer of their township that stood this month or lost its force: what it is, since when and until
-- when it is believed, and the row in which it came. Next month reads it here.
CREATE TABLE answers AS
SELECT
  k.id_number, k.name, k.township, k.village, a.answer, a.reason_code, a.place, a.happened_on, a.checked_on, a.remark,
  a.issued_in, a.received_in, a.expires_on, a.state,
  [s.scope_clause] AS clause,
  a.told
  || CASE a.state
    WHEN 'settled' THEN '；名册中已有参保记录'
    WHEN 'contradicted' THEN '；名册中有参保缴费或死亡记录，与答复不符，不再采用'
    WHEN 'expired' THEN '；已过有效期，重新核查'
    ELSE ''
  END AS reason,
  [a.source_no * 10000000000 + a.row] AS source_rows
FROM standing_answers AS a
INNER JOIN known_persons AS k ON k.person_key = a.person_key
CROSS JOIN run_settings AS s;
