-- One row per expected delivery: the department and its roster, when it was due and received, and how many rows it had
-- (contract §3). What the pack expects of several departments is one row each, so that a late one does not hide behind the
-- others; where no file says whose it is, it is one row for all of them. A date that nobody stated stays empty: 未核对.
CREATE TABLE supply AS
WITH received AS (
  SELECT
    b.roster, b.department, max(b.edition) AS edition, sum(b.rows) AS rows,
    count(*) = count(CASE WHEN i.sha256 IS NOT NULL THEN 1 END) AS unchanged
  FROM source_sheets AS b
  LEFT JOIN (SELECT DISTINCT sha256 FROM previous_inputs) AS i ON i.sha256 = b.sha256
  GROUP BY b.roster, b.department
),

usual AS (
  SELECT month, CAST(month || '-10' AS DATE) AS due_on, unstated_department FROM run_settings
),

deliveries AS (
  SELECT
    d.roster, d.department, d.joint, d.clause,
    coalesce(
      d.due_on,
      CAST(
        CAST(u.month || '-' || lpad(CAST(d.day AS VARCHAR), 2, '0') AS DATE)
        + CASE WHEN d.next_month THEN 1 ELSE 0 END * INTERVAL 1 MONTH AS DATE
      ),
      u.due_on
    ) AS due_on
  FROM pack_deliveries AS d
  CROSS JOIN usual AS u
),

-- Until when a roster is due where nobody says which department sends it.
terms AS (
  SELECT roster, min(due_on) AS due_on, min(clause) AS clause
  FROM deliveries
  GROUP BY roster
),

awaited AS (
  SELECT d.roster, d.department FROM deliveries AS d
  WHERE NOT EXISTS (SELECT 1 FROM received AS r WHERE r.roster = d.roster AND r.department = d.joint)
  UNION
  SELECT r.roster, r.department FROM received AS r
  UNION
  SELECT e.roster, e.department FROM expected_rosters AS e
  WHERE
    e.roster NOT IN (SELECT roster FROM terms)
    AND e.roster NOT IN (SELECT roster FROM received)
),

last_month AS (
  SELECT roster, sum(rows) AS rows FROM previous_supply GROUP BY roster
),

dated AS (
  SELECT
    a.roster, a.department, r.edition, r.rows, r.roster IS NOT NULL AS received, r.unchanged AND e.monthly AS stale,
    coalesce(d.due_on, t.due_on, s.due_on) AS due_on,
    coalesce(d.clause, t.clause) AS clause,
    EXISTS (SELECT 1 FROM received AS n WHERE n.roster = a.roster AND n.department = s.unstated_department) AS unstated,
    -- Last month's rows of the department; of the roster, where this month one row stands for all of it.
    coalesce(p.rows, CASE WHEN count(*) OVER (PARTITION BY a.roster) = 1 THEN m.rows END) AS previous_rows
  FROM awaited AS a
  CROSS JOIN usual AS s
  INNER JOIN expected_rosters AS e ON e.roster = a.roster
  LEFT JOIN received AS r ON r.roster = a.roster AND r.department = a.department
  LEFT JOIN deliveries AS d ON d.roster = a.roster AND d.department = a.department
  LEFT JOIN terms AS t ON t.roster = a.roster
  LEFT JOIN previous_supply AS p ON p.roster = a.roster AND p.department = a.department
  LEFT JOIN last_month AS m ON m.roster = a.roster
)

SELECT
  department, roster, due_on, edition AS received_on, edition,
  CAST(coalesce(rows, 0) AS INTEGER) AS rows,
  CAST(previous_rows AS INTEGER) AS previous_rows,
  CASE
    WHEN NOT received AND unstated THEN NULL
    WHEN NOT received THEN 'missing'
    WHEN stale THEN 'stale'
    WHEN edition IS NULL THEN NULL
    WHEN edition <= due_on THEN 'in_time'
    ELSE 'late'
  END AS state,
  CASE WHEN clause IS NULL THEN CAST([] AS VARCHAR[]) ELSE [clause] END AS clause,
  CASE
    WHEN NOT received AND unstated THEN '有文件未注明报送部门，是否已报送未核对；请在 sources.toml 中用 department 注明'
    WHEN NOT received THEN '本期没有收到'
    WHEN stale THEN '与上期文件完全相同'
    WHEN edition IS NULL THEN '已收到，文件未注明日期，是否按时未核对'
    WHEN edition <= due_on THEN '按时报送'
    ELSE '应于 ' || CAST(due_on AS VARCHAR) || ' 及以前报送，文件注明的日期是 ' || CAST(edition AS VARCHAR)
  END
  -- The pack's document may be silent; then the day is only the usual one.
  || CASE
    WHEN clause IS NULL AND NOT (NOT received AND unstated) AND NOT coalesce(stale, FALSE) AND (NOT received OR edition IS NOT NULL)
      THEN '；政策文件没有规定这份名册的报送日期，按 ' || CAST(due_on AS VARCHAR) || ' 判断'
    ELSE ''
  END AS reason,
  CAST([] AS BIGINT[]) AS source_rows
FROM dated;
