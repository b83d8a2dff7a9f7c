-- One row per person of the population without cover for the pack's year: why (`reason_code`, of lists alone `listed_code`), what is
-- due today, and until when. Numbers, days and codes only: in a drive that begins it has a row for nearly everybody, and
-- `uninsured` fetches their words.
CREATE TABLE uninsured_persons AS
WITH coded AS (
  SELECT
    f.person_key, f.scheme_due, CASE WHEN a.state = 'in_force' THEN a.reason_code END AS answered_code,
    CASE
      WHEN s.has_prior_years AND s.as_of < s.year_start AND f.insured_last_year THEN 'A0'
      WHEN f.registered_unpaid THEN 'A5'
      WHEN s.has_prior_years AND f.last_insured_year IS NOT NULL THEN 'A2'
      WHEN s.has_prior_years THEN 'A1'
    END AS listed_code,
    CASE WHEN s.has_prior_years THEN f.last_insured_year END AS last_year,
    f.works
  FROM person_facts AS f
  CROSS JOIN run_settings AS s
  LEFT JOIN standing_answers AS a ON a.person_key = f.person_key
  WHERE f.in_population AND f.insurance_status = 'none'
)

SELECT
  c.*,
  -- In the drive for the next year everybody is asked anew.
  CASE WHEN c.listed_code = 'A0' THEN 'A0' ELSE coalesce(c.answered_code, c.listed_code) END AS reason_code,
  d.at_once, d.own_due, d.subsidy_due, d.fiscal_due, d.own_due + d.fiscal_due + d.advance AS payable, d.admitted, d.ordinal,
  CASE
    -- The days of payment are those of 居民医保: an employer that owes enrolment has no such day.
    WHEN c.scheme_due = 'employee' THEN e.drive_closes
    WHEN NOT d.admitted THEN NULL
    WHEN t.deadline_days IS NOT NULL THEN d.event_day + t.deadline_days
    WHEN t.deadline_months IS NOT NULL THEN CAST(d.event_day + t.deadline_months * INTERVAL 1 MONTH AS DATE)
    WHEN s.payment_closes IS NOT NULL AND NOT d.at_once THEN s.payment_closes
    WHEN d.admitted THEN s.year_end
    -- No amounts and no window in the document: until the end of the drive.
    ELSE e.drive_closes
  END AS deadline
FROM coded AS c
CROSS JOIN run_settings AS s
CROSS JOIN pack_employee AS e
LEFT JOIN dues_amounts AS d ON d.person_key = c.person_key
LEFT JOIN pack_situations AS t ON t.ordinal = d.ordinal;
