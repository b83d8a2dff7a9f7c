-- One row per expected roster: when it was due and received, and how many rows it had (contract §3). A date that nobody
-- stated stays empty: 未核对.
CREATE TABLE supply AS
WITH received AS (
  SELECT roster, max(edition) AS edition, count(DISTINCT sha256) AS files
  FROM source_sheets
  GROUP BY roster
),

stale AS (
  SELECT b.roster
  FROM source_sheets AS b
  LEFT JOIN previous_inputs AS i ON i.sha256 = b.sha256
  GROUP BY b.roster
  HAVING count(*) = count(i.sha256)
),

dated AS (
  SELECT
    e.roster, coalesce(d.department, e.department) AS department,
    coalesce(d.due_on, CAST(s.month || '-' || lpad(CAST(coalesce(d.day, 10) AS VARCHAR), 2, '0') AS DATE)) AS due_on,
    c.edition, c.roster IS NOT NULL AS received, t.roster IS NOT NULL AS stale,
    u.rows, i.rows AS previous_rows, coalesce(d.clause, s.scope_clause) AS clause
  FROM expected_rosters AS e
  CROSS JOIN run_settings AS s
  LEFT JOIN pack_deliveries AS d ON d.roster = e.roster
  LEFT JOIN received AS c ON c.roster = e.roster
  LEFT JOIN stale AS t ON t.roster = e.roster
  LEFT JOIN supplied AS u ON u.roster = e.roster
  LEFT JOIN (SELECT roster, sum(rows_accepted) AS rows FROM previous_inputs GROUP BY roster) AS i ON i.roster = e.roster
)

SELECT
  department, roster, due_on, edition AS received_on, edition,
  CAST(coalesce(rows, 0) AS INTEGER) AS rows,
  CAST(previous_rows AS INTEGER) AS previous_rows,
  CASE
    WHEN NOT received THEN 'missing'
    WHEN stale THEN 'stale'
    WHEN edition IS NULL THEN NULL
    WHEN edition <= due_on THEN 'in_time'
    ELSE 'late'
  END AS state,
  [clause] AS clause,
  CASE
    WHEN NOT received THEN '本期没有收到'
    WHEN stale THEN '与上期文件完全相同'
    WHEN edition IS NULL THEN '已收到，文件未注明日期，是否按时未核对'
    WHEN edition <= due_on THEN '按时报送'
    ELSE '迟报'
  END AS reason,
  CAST([] AS BIGINT[]) AS source_rows
FROM dated;
