-- One row per due person, where the pack looks back at earlier years: broken, repaired and running years. A number is empty
-- where it depends on a year of which nobody handed in a list. Where only the latest break counts, years up to the last insured one
-- are settled.
CREATE TABLE year_facts AS
WITH settled AS (
  SELECT
    i.person_key,
    CASE WHEN s.latest_break THEN coalesce(max(i.year) FILTER (WHERE i.insured), 0) ELSE 0 END AS settled_to,
    CASE WHEN s.latest_break THEN coalesce(max(i.year) FILTER (WHERE i.insured_resident), 0) ELSE 0 END AS resident_to
  FROM insured_years AS i
  CROSS JOIN run_settings AS s
  GROUP BY i.person_key, s.latest_break
),

-- How many years count after a year (0: all that the pack looks at), and of how many of them nobody handed in a list.
looked_at AS (
  SELECT
    l.year AS settled_to,
    count(*) FILTER (WHERE h.counts AND h.year > l.year) AS counted,
    count(*) FILTER (WHERE h.counts AND h.year > l.year AND NOT h.on_record) AS unrecorded
  FROM (SELECT year FROM history_years UNION ALL SELECT 0) AS l
  CROSS JOIN history_years AS h
  GROUP BY l.year
),

person_years AS (
  SELECT
    i.person_key, e.settled_to, e.resident_to,
    count(*) FILTER (WHERE h.counts AND i.year > e.settled_to AND (i.insured OR i.excused)) AS unbroken,
    count(*) FILTER (WHERE h.counts AND i.year > e.resident_to AND (i.insured_resident OR i.excused)) AS unbroken_resident,
    count(*) FILTER (WHERE h.counts AND i.year > e.settled_to AND NOT h.on_record AND (i.insured OR i.excused)) AS certain,
    count(*) FILTER (WHERE h.counts AND i.year > e.resident_to AND NOT h.on_record AND (i.insured_resident OR i.excused))
      AS certain_resident,
    count(*) FILTER (
      WHERE h.counts AND i.paid_late AND NOT i.insured
        AND i.year > CASE WHEN v.resident_only THEN e.resident_to ELSE e.settled_to END
    ) AS repaired,
    bool_or(i.year = s.year - 1 AND i.paid_late AND NOT i.insured) AS repaired_last_year,
    bool_or(i.year = s.year - 1 AND i.insured_resident) AS resident_last_year
  FROM insured_years AS i
  INNER JOIN history_years AS h ON h.year = i.year
  INNER JOIN settled AS e ON e.person_key = i.person_key
  CROSS JOIN run_settings AS s
  LEFT JOIN pack_variable_wait AS v ON TRUE
  GROUP BY i.person_key, e.settled_to, e.resident_to
),

-- The n-th insured year counted backwards is the n-th before the pack's own as long as none is missing.
numbered AS (
  SELECT person_key, year, row_number() OVER (PARTITION BY person_key ORDER BY year DESC) AS n
  FROM insured_years
  WHERE insured
),

runs AS (
  SELECT n.person_key, count(*) AS running
  FROM numbered AS n
  CROSS JOIN run_settings AS s
  WHERE n.year + n.n = s.year
  GROUP BY n.person_key
),

-- Nobody, where the pack does not look back.
asked AS (
  SELECT DISTINCT d.person_key, f.birth_date
  FROM due_persons AS d
  INNER JOIN looked_at AS a ON a.settled_to = 0
  INNER JOIN person_facts AS f ON f.person_key = d.person_key
),

joined AS (
  SELECT
    p.person_key, a.counted, a.unrecorded, b.counted AS counted_resident, b.unrecorded AS unrecorded_resident, y.repaired_last_year, y.resident_last_year, s.year, s.longest_run,
    p.birth_date, s.year_start,
    coalesce(y.unbroken, 0) AS unbroken, coalesce(y.unbroken_resident, 0) AS unbroken_resident,
    coalesce(y.certain, 0) AS certain, coalesce(y.certain_resident, 0) AS certain_resident,
    coalesce(y.repaired, 0) AS repaired, coalesce(r.running, 0) AS running
  FROM asked AS p
  CROSS JOIN run_settings AS s
  LEFT JOIN person_years AS y ON y.person_key = p.person_key
  INNER JOIN looked_at AS a ON a.settled_to = coalesce(y.settled_to, 0)
  INNER JOIN looked_at AS b ON b.settled_to = coalesce(y.resident_to, 0)
  LEFT JOIN runs AS r ON r.person_key = p.person_key
)

SELECT
  j.person_key,
  CASE WHEN j.certain = j.unrecorded THEN CAST(j.counted - j.unbroken AS INTEGER) END AS broken_years,
  CASE WHEN j.certain_resident = j.unrecorded_resident THEN CAST(j.counted_resident - j.unbroken_resident AS INTEGER) END
    AS resident_broken_years,
  CAST(j.repaired AS INTEGER) AS repaired_years,
  coalesce(j.repaired_last_year, FALSE) AS repaired_last_year,
  coalesce(j.resident_last_year, FALSE) AS resident_last_year,
  coalesce(l.on_record, FALSE) AS last_year_on_record,
  -- The year before the run must be known to have had no cover, unless no condition asks for a longer run.
  CASE WHEN j.running >= j.longest_run OR coalesce(h.on_record, FALSE) OR j.birth_date >= CAST(j.year_start - j.running * INTERVAL 12 MONTH AS DATE) THEN CAST(j.running AS INTEGER) END
    AS insured_years_running
FROM joined AS j
LEFT JOIN history_years AS h ON h.year = j.year - 1 - j.running
LEFT JOIN history_years AS l ON l.year = j.year - 1;
