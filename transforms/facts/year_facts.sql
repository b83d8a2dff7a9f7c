-- One row per due person, where the pack looks back at earlier years: broken, repaired and running years. A number is empty
-- where it depends on a year of which nobody handed in a list.
CREATE TABLE year_facts AS
WITH looked_at AS (
  SELECT
    count(*) FILTER (WHERE counts) AS counted,
    count(*) FILTER (WHERE counts AND NOT on_record) AS unrecorded
  FROM history_years
  HAVING count(*) > 0
),

person_years AS (
  SELECT
    i.person_key,
    count(*) FILTER (WHERE h.counts AND (i.insured OR i.excused)) AS unbroken,
    count(*) FILTER (WHERE h.counts AND (i.insured_resident OR i.excused)) AS unbroken_resident,
    count(*) FILTER (WHERE h.counts AND NOT h.on_record AND (i.insured OR i.excused)) AS certain,
    count(*) FILTER (WHERE h.counts AND NOT h.on_record AND (i.insured_resident OR i.excused)) AS certain_resident,
    count(*) FILTER (WHERE h.counts AND i.paid_late AND NOT i.insured) AS repaired,
    bool_or(i.year = s.year - 1 AND i.paid_late AND NOT i.insured) AS repaired_last_year,
    bool_or(i.year = s.year - 1 AND i.insured_resident) AS resident_last_year
  FROM insured_years AS i
  INNER JOIN history_years AS h ON h.year = i.year
  CROSS JOIN run_settings AS s
  GROUP BY i.person_key
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
  CROSS JOIN looked_at AS a
  INNER JOIN person_facts AS f ON f.person_key = d.person_key
),

joined AS (
  SELECT
    p.person_key, a.counted, a.unrecorded, y.repaired_last_year, y.resident_last_year, s.year, s.longest_run,
    year(p.birth_date) AS born,
    coalesce(y.unbroken, 0) AS unbroken, coalesce(y.unbroken_resident, 0) AS unbroken_resident,
    coalesce(y.certain, 0) AS certain, coalesce(y.certain_resident, 0) AS certain_resident,
    coalesce(y.repaired, 0) AS repaired, coalesce(r.running, 0) AS running
  FROM asked AS p
  CROSS JOIN looked_at AS a
  CROSS JOIN run_settings AS s
  LEFT JOIN person_years AS y ON y.person_key = p.person_key
  LEFT JOIN runs AS r ON r.person_key = p.person_key
)

SELECT
  j.person_key,
  CASE WHEN j.certain = j.unrecorded THEN CAST(j.counted - j.unbroken AS INTEGER) END AS broken_years,
  CASE WHEN j.certain_resident = j.unrecorded THEN CAST(j.counted - j.unbroken_resident AS INTEGER) END
    AS resident_broken_years,
  CAST(j.repaired AS INTEGER) AS repaired_years,
  coalesce(j.repaired_last_year, FALSE) AS repaired_last_year,
  coalesce(j.resident_last_year, FALSE) AS resident_last_year,
  coalesce(l.on_record, FALSE) AS last_year_on_record,
  -- The year before the run must be known to have had no cover, unless no condition asks for a longer run.
  CASE WHEN j.running >= j.longest_run OR coalesce(h.on_record, FALSE) OR j.year - 1 - j.running < j.born THEN CAST(j.running AS INTEGER) END
    AS insured_years_running
FROM joined AS j
LEFT JOIN history_years AS h ON h.year = j.year - 1 - j.running
LEFT JOIN history_years AS l ON l.year = j.year - 1;
