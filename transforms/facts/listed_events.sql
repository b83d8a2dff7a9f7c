-- One row per person, event and day (of a birth: and parent) that the lists of this month name, or that those of an earlier one named
-- (`held_in`) and these leave out: they are lists of one month, and what happened has happened. What this month says of the same
-- event of a person goes before. A list that names most of the last one's once more is one of a longer time: whom it leaves out, it
-- took back. Whom last month's roster of 职工医保 showed insured and this month's does not hold at all has left it on a day that nobody
-- states (`left_employee`, the as-of date), until it holds them again. Kept while the pack's year, or the one before it, may ask for it.
CREATE TABLE listed_events AS
WITH listed AS (
  SELECT DISTINCT person_key, event, event_date, CAST(NULL AS VARCHAR) AS parent_id
  FROM staged_status_events
  WHERE person_key IS NOT NULL
  UNION
  SELECT person_key, 'born', birth_date, mother_id FROM staged_births WHERE person_key IS NOT NULL AND mother_id IS NOT NULL
  UNION
  SELECT person_key, 'born', birth_date, father_id FROM staged_births WHERE person_key IS NOT NULL AND father_id IS NOT NULL
),

employees AS (
  SELECT DISTINCT person_key FROM employee_spells
),

sorted AS (
  SELECT
    *, CASE event WHEN 'born' THEN 'births' WHEN 'left_employee' THEN 'employee_insurance' ELSE 'status_events' END AS roster
  FROM events_before
),

-- `is_last`: named by the list that came last; in between there may have been months without one.
before AS (
  SELECT
    b.*, k.person_key, b.held_in = max(b.held_in) OVER (PARTITION BY b.roster) AS is_last,
    CASE b.event WHEN 'left_employee' THEN e.person_key ELSE n.person_key END IS NOT NULL AS named
  FROM sorted AS b
  LEFT JOIN known_persons AS k ON k.id_number = b.id_number
  LEFT JOIN (SELECT DISTINCT person_key, event FROM listed) AS n ON n.person_key = k.person_key AND n.event = b.event
  LEFT JOIN employees AS e ON e.person_key = k.person_key
),

repeated AS (
  SELECT roster FROM before
  WHERE is_last AND roster <> 'employee_insurance'
  GROUP BY roster
  HAVING count(CASE WHEN named THEN 1 END) * 2 > count(*)
),

left_out AS (
  SELECT k.person_key, k.id_number, p.held_in
  FROM employees_before AS p
  INNER JOIN known_persons AS k ON k.id_number = p.id_number
  LEFT JOIN employees AS e ON e.person_key = k.person_key
  WHERE e.person_key IS NULL
)

SELECT
  l.person_key, k.id_number, l.event, l.event_date, l.parent_id, s.month AS held_in, CAST(NULL AS VARCHAR) AS reason
FROM listed AS l
INNER JOIN known_persons AS k ON k.person_key = l.person_key
CROSS JOIN run_settings AS s
UNION ALL
SELECT
  p.person_key, p.id_number, 'left_employee', s.as_of, CAST(NULL AS VARCHAR), p.held_in,
  p.held_in || ' 还在职工医保，' || s.month || ' 的名册没有，停保日期没有写明，停保后的特殊情形未核对' AS reason
FROM left_out AS p
CROSS JOIN run_settings AS s
UNION ALL
SELECT
  b.person_key, b.id_number, b.event, b.event_date, b.parent_id, b.held_in,
  CASE b.roster
    WHEN 'employee_insurance' THEN b.reason
    WHEN 'births' THEN '父母的号码是 ' || b.held_in || ' 的名册所列，本期名册没有'
    ELSE '「' || t.term || '」（' || CAST(b.event_date AS VARCHAR) || '）是 ' || b.held_in || ' 的名册所列，本期名册没有'
  END AS reason
FROM before AS b
INNER JOIN event_terms AS t ON t.event = b.event
CROSS JOIN run_settings AS s
LEFT JOIN repeated AS r ON r.roster = b.roster AND b.is_last
WHERE NOT b.named AND r.roster IS NULL AND b.event_date >= CAST(s.year_start - INTERVAL 1 YEAR AS DATE);
