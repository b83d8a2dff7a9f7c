-- One row per township with a task: from the roster of tasks, else from the pack; the floor is rounded half up by row. The
-- county, with an empty township, is the sum of the rows, and where no township has one, what the roster states for it as a whole.
CREATE TABLE unit_tasks AS
WITH stated AS (
  -- A row for the county as a whole names the county where others name their township.
  SELECT CASE WHEN NOT ends_with(t.township, s.county) THEN t.township END AS township, t.village, t.task
  FROM staged_task_targets AS t
  CROSS JOIN run_settings AS s
  WHERE t.township IS NOT NULL
),

given AS (
  -- A row for the township as a whole, else the sum of its villages.
  SELECT township, coalesce(sum(task) FILTER (WHERE village IS NULL), sum(task)) AS task
  FROM stated
  WHERE township IS NOT NULL
  GROUP BY township
),

tasks AS (
  SELECT coalesce(g.township, p.township) AS township, coalesce(g.task, p.task) AS task
  FROM given AS g
  FULL JOIN pack_townships AS p ON p.township = g.township
  WHERE coalesce(g.task, p.task) IS NOT NULL
),

known AS (
  SELECT township, task FROM tasks
  UNION ALL
  SELECT CAST(NULL AS VARCHAR), max(task)
  FROM stated
  WHERE township IS NULL AND NOT EXISTS (SELECT 1 FROM tasks)
  HAVING max(task) IS NOT NULL
),

floors AS (
  SELECT k.township, k.task, CAST(round(k.task * s.floor_rate, 0) AS INTEGER) AS floor
  FROM known AS k
  CROSS JOIN run_settings AS s
)

SELECT township, CAST(task AS INTEGER) AS task, floor FROM floors WHERE township IS NOT NULL
UNION ALL
SELECT CAST(NULL AS VARCHAR), CAST(sum(task) AS INTEGER), CAST(sum(floor) AS INTEGER) FROM floors HAVING count(*) > 0;
