-- One row per township with a task: from the roster of tasks, else from the pack; the floor is rounded half up by row. The
-- county, with an empty township, is the sum of the rows.
CREATE TABLE unit_tasks AS
WITH given AS (
  SELECT t.township, sum(t.task) AS task
  FROM staged_task_targets AS t
  CROSS JOIN run_settings AS s
  -- A row for the county as a whole repeats the sum of the others.
  WHERE t.township IS NOT NULL AND NOT ends_with(t.township, s.county)
  GROUP BY t.township
),

tasks AS (
  SELECT coalesce(g.township, p.township) AS township, coalesce(g.task, p.task) AS task
  FROM given AS g
  FULL JOIN pack_townships AS p ON p.township = g.township
  WHERE coalesce(g.task, p.task) IS NOT NULL
),

floors AS (
  SELECT t.township, t.task, CAST(round(t.task * s.floor_rate, 0) AS INTEGER) AS floor
  FROM tasks AS t
  CROSS JOIN run_settings AS s
)

SELECT township, CAST(task AS INTEGER) AS task, floor FROM floors
UNION ALL
SELECT CAST(NULL AS VARCHAR), CAST(sum(task) AS INTEGER), CAST(sum(floor) AS INTEGER) FROM floors HAVING count(*) > 0;
