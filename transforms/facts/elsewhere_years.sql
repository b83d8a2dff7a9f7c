-- One row per person with cover elsewhere, running or ended, whichever roster says so: the last year, up to the pack's own, in
-- which it ran, and whether it ran in the year before. It is an earlier year on record like any other (contract §4, A2).
CREATE TABLE elsewhere_years AS
SELECT
  p.person_key,
  max(
    least(
      s.year,
      s.year + year(p.last_day) - year(s.year_start)
      - CASE WHEN month(p.last_day) * 100 + day(p.last_day) < month(s.year_start) * 100 + day(s.year_start) THEN 1 ELSE 0 END
    )
  ) FILTER (WHERE p.insured_from IS NULL OR p.insured_from <= s.year_end) AS last_year,
  bool_or((p.insured_from IS NULL OR p.insured_from < s.year_start) AND p.last_day >= s.last_year_start) AS insured_last_year
FROM elsewhere_spells AS p
CROSS JOIN run_settings AS s
WHERE p.basic AND p.last_day IS NOT NULL AND (p.insured_from IS NULL OR p.insured_from <= p.last_day)
GROUP BY p.person_key;
