-- One row per due person with 职工医保 in the pack's year or the year before, counted up to the day of payment: months paid in
-- each (a month counts where a spell runs on any of its days), and whether there was a day without cover in the pack's year
-- before the last end.
CREATE TABLE employee_months AS
WITH spells AS (
  SELECT
    p.person_key, p.pay_day, s.year, s.year_start, make_date(s.year - 1, 1, 1) AS before_start,
    coalesce(e.insured_from, make_date(s.year - 1, 1, 1)) AS first_day,
    least(coalesce(e.stopped_on, p.pay_day), p.pay_day) AS stop_day
  FROM due_persons AS p
  CROSS JOIN run_settings AS s
  INNER JOIN employee_spells AS e ON e.person_key = p.person_key
),

clipped AS (
  SELECT
    person_key, year_start,
    greatest(first_day, before_start) AS before_from, least(stop_day, year_start) AS before_to,
    greatest(first_day, year_start) AS now_from, stop_day AS now_to
  FROM spells
  WHERE first_day < stop_day
),

counted AS (
  SELECT
    person_key, year_start,
    CASE WHEN before_from < before_to THEN month(before_to - 1) - month(before_from) + 1 ELSE 0 END AS months_before,
    CASE
      WHEN now_from < now_to
        THEN (year(now_to - 1) - year(now_from)) * 12 + month(now_to - 1) - month(now_from) + 1
      ELSE 0
    END AS months_now,
    CASE WHEN now_from < now_to THEN date_diff('day', now_from, now_to) ELSE 0 END AS days_now,
    CASE WHEN now_from < now_to THEN now_to END AS now_to
  FROM clipped
)

SELECT
  person_key,
  least(sum(months_before), 12) AS months_last_year,
  least(sum(months_now), 12) AS months_this_year,
  CASE
    WHEN max(now_to) IS NOT NULL THEN sum(days_now) < date_diff('day', min(year_start), max(now_to))
  END AS gap_this_year
FROM counted
GROUP BY person_key;
