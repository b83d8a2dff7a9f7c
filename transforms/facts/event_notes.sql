-- One row per person of whom an event counts that only lists of earlier months name, or whose 职工医保 has ended on a day that
-- nobody states: the sentence that says so.
CREATE TABLE event_notes AS
WITH told AS (
  SELECT person_key, reason FROM listed_events WHERE reason IS NOT NULL AND person_key IS NOT NULL
  UNION
  SELECT person_key, '职工医保已停保，停保日期没有写明，停保后的特殊情形未核对'
  FROM employee_spells
  GROUP BY person_key
  HAVING NOT bool_or(active) AND max(stopped_on) IS NULL AND bool_or(insured_status IN ('2', '4'))
)

SELECT person_key, array_to_string(list_sort(list(reason)), '；') AS told
FROM told
GROUP BY person_key;
