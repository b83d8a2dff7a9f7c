-- One row per township: what became of the list that it had (last month's, and whoever was answered for besides), and how many it
-- gets now. `asked` = `checked` (an answer was taken) + `closed` (no answer, and no longer on the list) + `unchecked`.
-- `returned_faulty`: persons among the unchecked of whom an answer came back that could not be used.
CREATE TABLE follow_up_progress AS
WITH asked AS (
  SELECT id_number, township FROM asked_before
  UNION
  SELECT a.id_number, a.township
  FROM answers AS a
  CROSS JOIN run_settings AS s
  -- Of whom is insured there was nothing to ask: an older list lies there once more.
  WHERE a.received_in = s.month AND a.state <> 'settled' AND a.id_number NOT IN (SELECT b.id_number FROM asked_before AS b)
),

faulty AS (
  SELECT DISTINCT k.id_number
  FROM returned_answers AS r
  INNER JOIN answer_faults AS f ON f.source_no = r.source_no AND f.row = r.row AND f.severity = 'row'
  INNER JOIN known_persons AS k ON k.person_key = r.person_key
),

judged AS (
  SELECT
    a.township,
    w.id_number IS NULL AND n.id_number IS NOT NULL AS checked,
    w.id_number IS NOT NULL AS unchecked,
    w.id_number IS NOT NULL AND f.id_number IS NOT NULL AS returned_faulty
  FROM asked AS a
  LEFT JOIN work_list AS w ON w.id_number = a.id_number
  LEFT JOIN answers AS n ON n.id_number = a.id_number AND n.state IN ('in_force', 'settled')
  LEFT JOIN faulty AS f ON f.id_number = a.id_number
),

counted AS (
  SELECT
    township, count(*) AS asked, count(*) FILTER (WHERE checked) AS checked,
    count(*) FILTER (WHERE NOT checked AND NOT unchecked) AS closed, count(*) FILTER (WHERE unchecked) AS unchecked,
    count(*) FILTER (WHERE returned_faulty) AS returned_faulty
  FROM judged
  GROUP BY township
),

given AS (
  SELECT township, count(*) AS given
  FROM work_list
  GROUP BY township
),

units AS (
  SELECT township FROM pack_townships
  UNION
  SELECT township FROM counted
  UNION
  SELECT township FROM given
)

SELECT
  u.township,
  CAST(coalesce(c.asked, 0) AS INTEGER) AS asked, CAST(coalesce(c.checked, 0) AS INTEGER) AS checked,
  CAST(coalesce(c.closed, 0) AS INTEGER) AS closed, CAST(coalesce(c.unchecked, 0) AS INTEGER) AS unchecked,
  CAST(coalesce(c.returned_faulty, 0) AS INTEGER) AS returned_faulty,
  CASE WHEN c.asked > 0 THEN CAST((c.checked + c.closed) / CAST(c.asked AS DECIMAL(18, 6)) AS DECIMAL(9, 6)) END AS rate,
  CAST(coalesce(g.given, 0) AS INTEGER) AS given
FROM units AS u
LEFT JOIN counted AS c ON c.township IS NOT DISTINCT FROM u.township
LEFT JOIN given AS g ON g.township IS NOT DISTINCT FROM u.township;
