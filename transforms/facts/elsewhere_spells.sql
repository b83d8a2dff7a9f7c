-- One row per spell of cover elsewhere, running or ended, whichever roster says so. `basic`: in a basic scheme; else it is a
-- state that stands in for it (soldier, prisoner, 离休 …). `resident`: in 居民医保, or nobody says in which. `last_day`: the last day
-- by the as-of date on which it is known to have run. A view: few packs ask for more than the years.
CREATE VIEW elsewhere_spells AS
SELECT
  person_key, insured_from, last_day,
  CASE WHEN insutype IS NULL THEN cover IS NULL ELSE insutype IN ('310', '390', '391', '380') END AS basic,
  coalesce(insutype, '390') <> '310' AS resident
FROM reported_elsewhere
WHERE cover IS NOT NULL OR coalesce(insutype, '390') IN ('310', '390', '391', '380', '340', '350', '360')
UNION ALL
SELECT e.person_key, e.insured_from, e.last_day, TRUE, FALSE
FROM employee_spells AS e
WHERE NOT e.is_local
UNION ALL
SELECT
  p.person_key, CAST(s.year_start + (p.year - s.year) * INTERVAL 12 MONTH AS DATE),
  CAST(s.year_start + (p.year - s.year + 1) * INTERVAL 12 MONTH AS DATE) - 1, TRUE, TRUE
FROM resident_payments AS p
CROSS JOIN run_settings AS s
WHERE NOT p.is_local AND p.known AND p.counts;
