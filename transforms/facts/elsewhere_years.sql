-- One row per person with cover elsewhere, running or ended, whichever roster says so: the last year in which it ran and whether it ran in
-- the year before the pack's. It is an earlier year on record like any other (contract §4, A2).
CREATE TABLE elsewhere_years AS
WITH spells AS (
  SELECT
    o.person_key, o.insured_from,
    CASE
      WHEN o.stopped_on IS NOT NULL THEN o.stopped_on - 1
      WHEN coalesce(o.insured_status, '1') = '1' THEN s.as_of
    END AS last_day
  FROM staged_other_insurance AS o
  CROSS JOIN run_settings AS s
  WHERE o.person_key IS NOT NULL AND o.insutype IN ('310', '390', '391', '380')
  UNION ALL
  SELECT
    e.person_key, e.insured_from,
    CASE WHEN e.active THEN s.as_of ELSE least(e.stopped_on - 1, s.as_of) END
  FROM employee_spells AS e
  CROSS JOIN run_settings AS s
  WHERE NOT e.is_local AND (e.active OR e.stopped_on IS NOT NULL)
  UNION ALL
  SELECT p.person_key, make_date(p.year, 1, 1), make_date(p.year, 12, 31)
  FROM resident_payments AS p
  WHERE NOT p.is_local AND p.known AND p.counts
)
SELECT
  p.person_key,
  max(year(p.last_day)) FILTER (WHERE year(p.last_day) < s.year) AS last_year,
  bool_or((p.insured_from IS NULL OR year(p.insured_from) < s.year) AND year(p.last_day) >= s.year - 1)
    AS insured_last_year
FROM spells AS p
CROSS JOIN run_settings AS s
WHERE p.last_day IS NOT NULL AND (p.insured_from IS NULL OR p.insured_from <= p.last_day)
GROUP BY p.person_key;
