-- One row per due person and day of payment with 职工医保, here or reported from elsewhere, in the pack's year or the year before,
-- counted up to that day: months paid in each (a month counts once, where any spell runs on any of its days), and how many
-- days of the pack's year before the last end are without cover.
CREATE TABLE employee_months AS
WITH spells AS (
  SELECT person_key, insured_from, coalesce(stopped_on, CASE WHEN NOT active THEN last_day + 1 END) AS stopped_on
  FROM (
    SELECT person_key, insured_from, stopped_on, active, last_day FROM employee_spells
    UNION ALL
    SELECT person_key, insured_from, stopped_on, active, last_day FROM employee_elsewhere
  ) AS spells
  -- Of what has ended and says no day, nobody knows a month.
  WHERE active OR stopped_on IS NOT NULL OR last_day IS NOT NULL
),

clipped AS (
  SELECT
    p.person_key, p.pay_day, s.year_start,
    greatest(e.insured_from, s.last_year_start) AS first_day,
    -- The day of stopping is the first without cover.
    least(e.stopped_on, p.pay_day) - 1 AS last_day
  FROM due_persons AS p
  CROSS JOIN run_settings AS s
  INNER JOIN spells AS e ON e.person_key = p.person_key
),

walked AS (
  SELECT
    person_key, pay_day, year_start, first_day, last_day,
    max(last_day) OVER (
      PARTITION BY person_key, pay_day ORDER BY first_day, last_day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS covered_to
  FROM clipped
  WHERE first_day <= last_day
),

-- Months as numbers that run through the years; those up to `told` stand in an earlier spell already.
numbered AS (
  SELECT
    person_key, pay_day,
    year(first_day) * 12 + month(first_day) AS first_month,
    year(last_day) * 12 + month(last_day) AS last_month,
    coalesce(year(covered_to) * 12 + month(covered_to), 0) AS told,
    year(year_start) * 12 + month(year_start) - 1 AS before_year,
    greatest(0, date_diff('day', greatest(covered_to + 1, year_start), first_day)) AS gap_days
  FROM walked
)

SELECT
  person_key, pay_day,
  sum(greatest(0, least(last_month, before_year) - greatest(first_month, told + 1) + 1)) AS months_last_year,
  sum(greatest(0, last_month - greatest(first_month, told + 1, before_year + 1) + 1)) AS months_this_year,
  CAST(sum(gap_days) AS INTEGER) AS gap_days_this_year
FROM numbered
GROUP BY person_key, pay_day;
