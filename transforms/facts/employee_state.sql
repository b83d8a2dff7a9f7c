-- One row per person with 职工医保 here: whether active on the as-of date, since when without a gap, and earlier years.
-- `last_year`: the last year, up to the pack's own, in which a spell that has ended still ran. Years begin with the benefit year.
CREATE TABLE employee_state AS
SELECT
  e.person_key,
  bool_or(e.active) AS insured,
  bool_or(e.active AND e.employee_type = 'retired') AS retired,
  arg_min(e.employer, e.source_no * 10000000000 + e.row) FILTER (WHERE e.active AND e.employer IS NOT NULL) AS employer,
  max(
    least(
      s.year,
      s.year + year(e.last_day) - year(s.year_start)
      - CASE WHEN month(e.last_day) * 100 + day(e.last_day) < month(s.year_start) * 100 + day(s.year_start) THEN 1 ELSE 0 END
    )
  ) FILTER (
    WHERE NOT e.active AND (e.insured_from IS NULL OR (e.insured_from <= e.last_day AND e.insured_from <= s.year_end))
  ) AS last_year,
  bool_or(
    (e.insured_from IS NULL OR (e.insured_from <= e.last_day AND e.insured_from < s.year_start))
    AND e.last_day >= s.last_year_start
  ) AS insured_last_year
FROM employee_spells AS e
CROSS JOIN run_settings AS s
WHERE e.is_local
GROUP BY e.person_key;
