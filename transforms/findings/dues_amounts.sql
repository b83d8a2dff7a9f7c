-- One row per due person: the situation that decided, amounts, wait and benefit dates. An amount is null while the pack
-- leaves it 待定. The wait counts from the later of payment and first benefit day, that day included (readings: Days and
-- dates); whose benefits would begin after the year has none.
CREATE TABLE dues_amounts AS
WITH priced AS (
  SELECT
    d.person_key, d.pay_day, d.paid, d.at_once, d.recognised_on, d.ordinal,
    t.start, t.start_date, t.wait_days, t.unknown_wait, t.admitted, t.deadline_days, t.deadline_months,
    o.value AS standard,
    fv.value AS fiscal_due,
    t.subsidised AND coalesce(r.entitled, FALSE) AS subsidised,
    r.amount AS relief_amount, r.ordinal AS relief_ordinal, u.share AS relief_share,
    CASE t.event
      WHEN 'birth_date' THEN d.birth_date
      WHEN 'employee_ended_on' THEN d.employee_ended_on
      WHEN 'welfare_admitted_on' THEN d.welfare_admitted_on
      WHEN 'discharged_on' THEN d.discharged_on
      WHEN 'recruit_returned_on' THEN d.recruit_returned_on
      WHEN 'released_on' THEN d.released_on
      WHEN 'correction_on' THEN d.correction_on
      WHEN 'graduated_on' THEN d.graduated_on
      WHEN 'moved_in_on' THEN d.moved_in_on
      WHEN 'permit_from' THEN d.permit_from
      WHEN 'new_student_on' THEN d.new_student_on
      WHEN 'recognised_on' THEN d.recognised_on
    END AS event_day,
    s.year_start, s.year_end
  FROM decided AS d
  CROSS JOIN run_settings AS s
  LEFT JOIN pack_situations AS t ON t.ordinal = d.ordinal
  LEFT JOIN pack_values AS o ON o.name = t.own
  LEFT JOIN pack_values AS fv ON fv.name = t.fiscal
  LEFT JOIN best_subsidies AS r ON r.person_key = d.person_key
  LEFT JOIN pack_subsidies AS u ON u.ordinal = r.ordinal
),

started AS (
  SELECT
    *,
    -- A share is one of the price that is due, which windows may change.
    CASE
      WHEN NOT subsidised THEN 0
      WHEN relief_share IS NOT NULL THEN CAST(relief_share * standard AS DECIMAL(12, 2))
      ELSE least(relief_amount, standard)
    END AS subsidy,
    CASE start
      WHEN 'year_start' THEN year_start
      WHEN 'date' THEN start_date
      WHEN 'payment_day' THEN pay_day
      WHEN 'day_after_payment' THEN pay_day + 1
      WHEN 'payment_month' THEN CAST(date_trunc('month', pay_day) AS DATE)
      WHEN 'month_after_payment' THEN CAST(date_trunc('month', pay_day) + INTERVAL 1 MONTH AS DATE)
      WHEN 'month_after_recognition' THEN CAST(date_trunc('month', recognised_on) + INTERVAL 1 MONTH AS DATE)
      WHEN 'event' THEN event_day
      WHEN 'event_in_year' THEN greatest(event_day, year_start)
      WHEN 'payment_or_year_start' THEN greatest(pay_day, year_start)
    END AS starts_on
  FROM priced
),

waited AS (
  SELECT
    *,
    CASE WHEN wait_days > 0 AND NOT unknown_wait THEN greatest(pay_day, starts_on) + wait_days ELSE starts_on END
      AS first_day
  FROM started
)

SELECT
  person_key, ordinal, paid, pay_day, at_once, admitted, unknown_wait, subsidised, event_day, deadline_days, deadline_months,
  CAST(standard - subsidy AS DECIMAL(12, 2)) AS own_due,
  CAST(subsidy AS DECIMAL(12, 2)) AS subsidy_due,
  CAST(fiscal_due AS DECIMAL(12, 2)) AS fiscal_due,
  CAST(standard + fiscal_due AS DECIMAL(12, 2)) AS total_due,
  CASE WHEN subsidy > 0 THEN relief_ordinal END AS relief_ordinal,
  CASE WHEN admitted AND NOT unknown_wait AND first_day <= year_end THEN first_day END AS benefit_from,
  CASE WHEN NOT unknown_wait THEN CASE WHEN admitted THEN wait_days ELSE 0 END END AS waiting_days,
  CASE WHEN admitted AND wait_days > 0 AND NOT unknown_wait THEN first_day - 1 END AS waiting_until
FROM waited;
