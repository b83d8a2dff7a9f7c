-- One row per spell of cover elsewhere, running or ended, whichever roster says so. `basic`: in a basic scheme; else it is a
-- state that stands in for it (soldier, prisoner, 离休 …). `resident`: in 居民医保, or nobody says in which. `last_day`: the last day
-- by the as-of date on which it is known to have run. A view: few packs ask for more than the years.
CREATE VIEW elsewhere_spells AS
SELECT
  o.person_key, o.insured_from,
  CASE
    WHEN o.stopped_on <= s.as_of THEN o.stopped_on - 1
    WHEN o.stopped_on > s.as_of OR coalesce(o.insured_status, '1') = '1' THEN s.as_of
    ELSE o.insured_from
  END AS last_day,
  CASE WHEN o.insutype IS NULL THEN o.cover IS NULL ELSE o.insutype IN ('310', '390', '391', '380') END AS basic,
  coalesce(o.insutype, '390') <> '310' AS resident
FROM staged_other_insurance AS o
CROSS JOIN run_settings AS s
WHERE
  o.person_key IS NOT NULL AND coalesce(o.insured_status, '1') <> '0'
  AND (o.cover IS NOT NULL OR coalesce(o.insutype, '390') IN ('310', '390', '391', '380', '340', '350', '360'))
UNION ALL
SELECT e.person_key, e.insured_from, e.last_day, TRUE, FALSE
FROM employee_spells AS e
WHERE NOT e.is_local
UNION ALL
SELECT p.person_key, make_date(p.year, 1, 1), make_date(p.year, 12, 31), TRUE, TRUE
FROM resident_payments AS p
WHERE NOT p.is_local AND p.known AND p.counts;
