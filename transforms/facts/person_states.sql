-- One row per known person: what the rosters say of them on the as-of date (contract §4). What a person is called and where
-- they live stands in `known_persons`; `person_facts` adds the words for what follows from this.
CREATE TABLE person_states AS
WITH joined AS (
  SELECT
    k.person_key, k.birth_date, k.in_register, k.moved_in_on,
    -- A status dated after the as-of date has not happened yet.
    CASE
      WHEN NOT k.in_register THEN NULL
      WHEN k.register_status IS NULL OR k.status_date > s.as_of THEN 'normal'
      ELSE k.register_status
    END AS register_status,
    d.person_key IS NOT NULL AS dead,
    d.died_on,
    coalesce(d.cancelled, FALSE) AS death_registered,
    -- Not before they have lived here for as long as the pack asks; without a day of arrival nobody can say that it is too short.
    m.person_key IS NOT NULL AND NOT coalesce(m.permit_from + s.permit_months * INTERVAL 1 MONTH > s.as_of, FALSE) AS has_permit,
    m.person_key IS NOT NULL AS holds_permit, m.permit_from, m.permit_first, m.new_employment,
    coalesce(c.college_student, FALSE) AS college_student,
    coalesce(c.attending, FALSE) AS student,
    coalesce(c.attending, FALSE) AND s.counts_pupils AS pupil,
    c.enrolled_from, c.graduated_on,
    coalesce(r.insured, FALSE) AS insured_resident,
    r.first_paid_on, r.own_paid, r.subsidy_paid,
    coalesce(r.registered_unpaid, FALSE) AS registered_unpaid,
    coalesce(r.insured_last_year, FALSE) OR coalesce(e.insured_last_year, FALSE)
      OR coalesce(a.insured_last_year, FALSE) AS insured_last_year,
    greatest(
      r.last_year,
      -- A day is of the benefit year that it falls into.
      s.year - year(s.year_start) + year(
        greatest(e.last_day, a.last_day) - (day(s.year_start) - 1) * INTERVAL 1 DAY - (month(s.year_start) - 1) * INTERVAL 1 MONTH
      )
    ) AS last_insured_year,
    coalesce(e.insured, FALSE) AS insured_employee,
    coalesce(o.elsewhere, FALSE) AS elsewhere,
    coalesce(o.elsewhere_resident, FALSE) AS elsewhere_resident,
    coalesce(o.elsewhere_employee, FALSE) AS elsewhere_employee,
    coalesce(o.other_cover, FALSE) AS other_cover,
    coalesce(o.not_due, FALSE) AS not_due,
    o.reason_code AS other_reason, o.stopped_on AS other_until, o.local_subsidy,
    coalesce(w.works, FALSE) AS works,
    coalesce(w.draws, FALSE) OR coalesce(e.retired, FALSE) AS pensioner
  FROM known_persons AS k
  CROSS JOIN run_settings AS s
  LEFT JOIN death_days AS d ON d.person_key = k.person_key
  LEFT JOIN permit_state AS m ON m.person_key = k.person_key
  LEFT JOIN school_state AS c ON c.person_key = k.person_key
  LEFT JOIN resident_state AS r ON r.person_key = k.person_key
  LEFT JOIN employee_state AS e ON e.person_key = k.person_key
  LEFT JOIN elsewhere_years AS a ON a.person_key = k.person_key
  LEFT JOIN other_cover AS o ON o.person_key = k.person_key
  LEFT JOIN work_state AS w ON w.person_key = k.person_key
),

placed AS (
  SELECT
    *,
    CASE
      WHEN dead AND (death_registered OR register_status = 'cancelled') THEN 'C1'
      WHEN dead THEN 'C2'
      WHEN not_due THEN other_reason
      WHEN register_status = 'normal' THEN 'registered'
      WHEN has_permit THEN 'permit'
      WHEN college_student THEN 'student'
      WHEN pupil THEN 'pupil'
      WHEN register_status = 'cancelled' THEN 'C3'
      WHEN register_status = 'moved_out' THEN 'C4'
      WHEN register_status = 'dead' THEN 'C1'
      WHEN holds_permit THEN 'short_permit'
      ELSE 'not_registered'
    END AS population_reason
  FROM joined
)

SELECT
  p.*,
  -- Unknown where nobody handed the register in.
  CASE WHEN r.roster IS NOT NULL THEN coalesce(p.register_status = 'normal', FALSE) END AS registered,
  p.population_reason IN ('registered', 'permit', 'student', 'pupil') AS in_population
FROM placed AS p
LEFT JOIN supplied AS r ON r.roster = 'household_register';
