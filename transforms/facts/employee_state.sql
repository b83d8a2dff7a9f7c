-- One row per person with 职工医保 here: whether active on the as-of date, since when without a gap, and earlier years.
-- `last_day`: the last day, up to the end of the pack's year, on which a spell that has ended still ran.
CREATE TABLE employee_state AS
SELECT
  e.person_key,
  bool_or(e.active) AS insured,
  bool_or(e.active AND e.employee_type = 'retired') AS retired,
  arg_min(e.employer, e.source_no * 10000000000 + e.row) FILTER (WHERE e.active AND e.employer IS NOT NULL) AS employer,
  max(least(e.last_day, s.year_end)) FILTER (
    WHERE NOT e.active AND (e.insured_from IS NULL OR (e.insured_from <= e.last_day AND e.insured_from <= s.year_end))
  ) AS last_day,
  bool_or(
    (e.insured_from IS NULL OR (e.insured_from <= e.last_day AND e.insured_from < s.year_start))
    AND e.last_day >= s.last_year_start
  ) AS insured_last_year
FROM employee_spells AS e
CROSS JOIN run_settings AS s
WHERE e.is_local
GROUP BY e.person_key;
