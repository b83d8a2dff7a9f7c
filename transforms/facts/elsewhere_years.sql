-- One row per person with cover elsewhere, running or ended, whichever roster says so: the last day, up to the end of the
-- pack's year, on which it ran, and whether it ran in the year before. It is an earlier year on record like any other (contract §4, A2).
CREATE TABLE elsewhere_years AS
SELECT
  p.person_key,
  max(least(p.last_day, s.year_end)) FILTER (WHERE p.insured_from IS NULL OR p.insured_from <= s.year_end) AS last_day,
  bool_or((p.insured_from IS NULL OR p.insured_from < s.year_start) AND p.last_day >= s.last_year_start) AS insured_last_year
FROM elsewhere_spells AS p
CROSS JOIN run_settings AS s
WHERE p.basic AND p.last_day IS NOT NULL AND (p.insured_from IS NULL OR p.insured_from <= p.last_day)
GROUP BY p.person_key;
