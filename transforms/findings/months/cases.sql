-- One row per case ever opened: a person on a list, open on the as-of date while `closed_in` is empty. Who left a list and comes
-- back in a later month is a new case. What an earlier run of this month closed was still open when the month began, and what last
-- month's run, done again since, left open after all is open still.
-- Numbers count within the month in which a case was opened and are never given twice.
CREATE TABLE cases AS
WITH ranked AS (
  SELECT
    c.*,
    CASE
      WHEN c.closed_in IS NULL THEN 2 * c.run
      WHEN c.closed_in = s.month THEN 2 * c.run + 1
    END AS open_rank
  FROM known_cases AS c
  CROSS JOIN run_settings AS s
),

-- Whether it was closed before this month says last month's run; under which number it goes on, rather the one of this month.
carried AS (
  SELECT
    list, id_number, case_no, opened_in, number, closed_in,
    min(open_rank) OVER (PARTITION BY case_no) AS open_rank
  FROM ranked
  QUALIFY row_number() OVER (PARTITION BY case_no ORDER BY run DESC) = 1
),

kept AS (
  SELECT o.list, o.id_number, c.case_no
  FROM open_cases AS o
  INNER JOIN carried AS c ON c.list = o.list AND c.id_number = o.id_number
  WHERE c.open_rank IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY o.list, o.id_number ORDER BY c.open_rank, c.opened_in, c.number) = 1
),

given AS (
  SELECT coalesce(max(c.number), 0) AS last_number
  FROM carried AS c
  CROSS JOIN run_settings AS s
  WHERE c.opened_in = s.month
),

opened AS (
  SELECT
    o.list, o.id_number, s.month,
    CAST(g.last_number + row_number() OVER (ORDER BY o.place, o.id_number) AS INTEGER) AS number
  FROM open_cases AS o
  CROSS JOIN given AS g
  CROSS JOIN run_settings AS s
  LEFT JOIN kept AS k ON k.list = o.list AND k.id_number = o.id_number
  WHERE k.case_no IS NULL
)

SELECT
  c.case_no, c.list, c.id_number, c.opened_in, c.number,
  CASE WHEN k.case_no IS NULL THEN coalesce(c.closed_in, s.month) END AS closed_in
FROM carried AS c
CROSS JOIN run_settings AS s
LEFT JOIN kept AS k ON k.case_no = c.case_no
UNION ALL
SELECT
  -- A letter first and a hyphen behind four digits: nothing takes it for the number of a document.
  'A' || substring(month, 3, 2) || right(month, 2) || '-'
  || right('000000' || CAST(number AS VARCHAR), greatest(6, length(CAST(number AS VARCHAR)))) AS case_no,
  list, id_number, month AS opened_in, number, CAST(NULL AS VARCHAR) AS closed_in
FROM opened;
