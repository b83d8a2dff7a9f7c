-- One row per person, event and day (of a birth: and parent) that the lists of this month name, or that those of an earlier one named
-- (`held_in`) and these leave out: they are lists of one month, and what happened has happened. What this month says of the same
-- event of a person goes before. A list that names most of last month's once more is one of a longer time: whom it leaves out, it
-- took back. Kept while the pack's year, or the one before it, may ask for it.
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

before AS (
  SELECT
    b.id_number, b.event, b.event_date, b.parent_id, b.held_in, k.person_key, n.person_key IS NOT NULL AS named,
    b.event = 'born' AS of_births, b.held_in = max(b.held_in) OVER () AS is_last
  FROM events_before AS b
  LEFT JOIN known_persons AS k ON k.id_number = b.id_number
  LEFT JOIN (SELECT DISTINCT person_key, event FROM listed) AS n ON n.person_key = k.person_key AND n.event = b.event
),

repeated AS (
  SELECT of_births FROM before WHERE is_last
  GROUP BY of_births
  HAVING count(CASE WHEN named THEN 1 END) * 2 > count(*)
)

SELECT
  l.person_key, k.id_number, l.event, l.event_date, l.parent_id, s.month AS held_in, CAST(NULL AS VARCHAR) AS reason
FROM listed AS l
INNER JOIN known_persons AS k ON k.person_key = l.person_key
CROSS JOIN run_settings AS s
UNION ALL
SELECT
  b.person_key, b.id_number, b.event, b.event_date, b.parent_id, b.held_in,
  CASE WHEN b.of_births THEN '父母的号码' ELSE '「' || t.term || '」（' || CAST(b.event_date AS VARCHAR) || '）' END
  || '是 ' || b.held_in || ' 的名册所列，本期名册没有' AS reason
FROM before AS b
INNER JOIN event_terms AS t ON t.event = b.event
CROSS JOIN run_settings AS s
LEFT JOIN repeated AS r ON r.of_births = b.of_births AND b.is_last
WHERE NOT b.named AND r.of_births IS NULL AND b.event_date >= CAST(s.year_start - INTERVAL 1 YEAR AS DATE);
