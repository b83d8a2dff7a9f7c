-- One row per decision on a damaged record and a proposed number, and what came of it in this run. They are carried from run to
-- run: a decision is needed for as long as the office sends the damaged row.
CREATE TABLE id_decisions AS
WITH stated AS (
  SELECT d.*, CASE d.decision WHEN 'accepted' THEN d.proposed_id WHEN 'other' THEN d.actual_id END AS number
  FROM decisions AS d
),

newest AS (
  SELECT record, max(decided_in) AS decided_in
  FROM stated
  WHERE number IS NOT NULL
  GROUP BY record
),

disagreeing AS (
  SELECT n.record
  FROM newest AS n
  INNER JOIN stated AS d ON d.record = n.record AND d.decided_in = n.decided_in
  WHERE d.number IS NOT NULL
  GROUP BY n.record
  HAVING count(DISTINCT d.number) > 1
),

counted AS (
  SELECT
    r.record, r.id_number,
    count(*) FILTER (WHERE c.record IS NULL) AS rows,
    list_sort(list(r.source_no * 10000000000 + r.row)) AS source_rows
  FROM decided_rows AS r
  LEFT JOIN contradicted_decisions AS c
    ON c.roster = r.roster AND c.source_no = r.source_no AND c.row = r.row AND c.person_key = r.person_key
  GROUP BY r.record, r.id_number
),

judged AS (
  SELECT
    d.record, d.proposed_id, d.decision, d.actual_id, d.decided_in, d.place, coalesce(c.rows, 0) AS rows,
    coalesce(c.source_rows, CAST([] AS BIGINT[])) AS source_rows,
    CASE
      WHEN d.decision = 'refused' THEN 'refused'
      WHEN d.number IS NULL THEN 'incomplete'
      WHEN d.decided_in < n.decided_in THEN 'superseded'
      WHEN g.record IS NOT NULL THEN 'conflicting'
      WHEN c.record IS NULL THEN 'waiting'
      WHEN c.rows = 0 THEN 'contradicted'
      ELSE 'applied'
    END AS state
  FROM stated AS d
  LEFT JOIN newest AS n ON n.record = d.record
  LEFT JOIN disagreeing AS g ON g.record = d.record
  LEFT JOIN counted AS c ON c.record = d.record AND c.id_number = d.number
)

SELECT
  record, proposed_id, decision, actual_id, state, rows, decided_in, place, source_rows,
  CASE state
    WHEN 'applied' THEN '按人工核对结果计入本人'
    WHEN 'waiting' THEN '本月名册中没有这条有误的记录，核对结果保留'
    WHEN 'refused' THEN '人工核对不是此人，不再提示'
    WHEN 'superseded' THEN '后来另有核对结果，以后来的为准'
    WHEN 'contradicted' THEN '此人在本名册中已有自己的记录，核对结果没有采用，请重新核对'
    WHEN 'conflicting' THEN '同一条线索认定了两个人，都没有采用，请改正核对结果'
    ELSE '填了另有其人，但没有可用的实际证件号码，请补填'
  END AS reason
FROM judged;
