-- One row per person with cover elsewhere, running or ended, whichever roster says so: the last year, up to the pack's own, in
-- which it ran, and whether it ran in the year before. It is an earlier year on record like any other (contract §4, A2).
CREATE TABLE elsewhere_years AS
WITH spells AS (
  SELECT
    o.person_key, o.insured_from,
    CASE
      WHEN o.stopped_on <= s.as_of THEN o.stopped_on - 1
      WHEN o.stopped_on > s.as_of OR coalesce(o.insured_status, '1') = '1' THEN s.as_of
      ELSE o.insured_from
    END AS last_day
  FROM staged_other_insurance AS o
  CROSS JOIN run_settings AS s
  WHERE
    o.person_key IS NOT NULL AND coalesce(o.insured_status, '1') <> '0'
    AND (o.insutype IN ('310', '390', '391', '380') OR (o.insutype IS NULL AND o.cover IS NULL))
  UNION ALL
  SELECT e.person_key, e.insured_from, e.last_day
  FROM employee_spells AS e
  WHERE NOT e.is_local
  UNION ALL
  SELECT p.person_key, make_date(p.year, 1, 1), make_date(p.year, 12, 31)
  FROM resident_payments AS p
  WHERE NOT p.is_local AND p.known AND p.counts
)
SELECT
  p.person_key,
  max(least(year(p.last_day), s.year)) FILTER (WHERE p.insured_from IS NULL OR year(p.insured_from) <= s.year)
    AS last_year,
  bool_or((p.insured_from IS NULL OR year(p.insured_from) < s.year) AND year(p.last_day) >= s.year - 1)
    AS insured_last_year
FROM spells AS p
CROSS JOIN run_settings AS s
WHERE p.last_day IS NOT NULL AND (p.insured_from IS NULL OR p.insured_from <= p.last_day)
GROUP BY p.person_key;
