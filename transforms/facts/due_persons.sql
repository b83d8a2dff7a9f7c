-- One row per person enrolled or due in 居民医保 (contract §3, dues): enrolled here and not otherwise insured, or in the
-- population, due as a resident and without cover. The dead have none. `pay_day`: the day of payment; unpaid, the as-of
-- date, but not before the first window opens.
CREATE TABLE due_persons AS
SELECT
  f.person_key,
  f.insurance_status = 'resident' AS paid,
  CASE
    WHEN f.insurance_status = 'resident' THEN coalesce(f.first_paid_on, s.as_of)
    ELSE greatest(s.as_of, coalesce(s.window_opens, s.as_of))
  END AS pay_day
FROM person_facts AS f
CROSS JOIN run_settings AS s
WHERE
  NOT f.dead
  AND (
    f.insurance_status = 'resident'
    OR (f.in_population AND f.scheme_due = 'resident' AND f.insurance_status = 'none')
  );
