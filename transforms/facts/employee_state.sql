-- One row per person with 职工医保 here: whether active on the as-of date, since when without a gap, and earlier years.
-- `last_year`: the last year, up to the pack's own, in which a spell that has ended still ran.
CREATE TABLE employee_state AS
SELECT
  e.person_key,
  bool_or(e.active) AS insured,
  bool_or(e.active AND e.employee_type = 'retired') AS retired,
  arg_min(e.employer, e.source_no * 10000000000 + e.row) FILTER (WHERE e.active AND e.employer IS NOT NULL) AS employer,
  max(least(year(e.last_day), s.year)) FILTER (
    WHERE NOT e.active AND (e.insured_from IS NULL OR (e.insured_from <= e.last_day AND year(e.insured_from) <= s.year))
  ) AS last_year,
  bool_or(
    (e.insured_from IS NULL OR (e.insured_from <= e.last_day AND year(e.insured_from) < s.year))
    AND year(e.last_day) >= s.year - 1
  ) AS insured_last_year
FROM employee_spells AS e
CROSS JOIN run_settings AS s
WHERE e.is_local
GROUP BY e.person_key;
