-- One row per due person: what the situation that decided sets, before any subsidy: wait, first day of benefits, and the prices of
-- the day that governs them. A price is null while the pack leaves it 待定. The wait counts from the later of payment and first
-- benefit day, that day included. A view: the steps that read it ask for different columns.
CREATE VIEW due_terms AS
WITH begun AS (
  SELECT
    d.person_key, d.pay_day, d.paid, d.at_once, d.ordinal,
    t.own, t.fiscal, t.admitted, t.deadline_days, t.deadline_months, t.subsidised, t.start,
    t.unknown_wait OR (w.person_key IS NOT NULL AND w.units IS NULL) AS unknown_wait,
    t.wait_days + coalesce(w.units * w.days, 0) AS wait_days,
    t.wait_months + coalesce(w.units * w.months, 0) AS wait_months,
    coalesce(w.floor_days, 0) AS floor_days, coalesce(w.floor_months, 0) AS floor_months,
    w.most_days, w.most_months,
    t.start_date, coalesce(t.end_date, s.year_end) AS last_day, d.recognised_on, d.event_day,
    s.year_start, s.year_end, s.pricing_day
  FROM decided AS d
  CROSS JOIN run_settings AS s
  LEFT JOIN pack_situations AS t ON t.ordinal = d.ordinal
  LEFT JOIN variable_waits AS w ON w.person_key = d.person_key
),

started AS (
  SELECT
    *,
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
      WHEN 'month_after_event' THEN greatest(CAST(date_trunc('month', event_day) + INTERVAL 1 MONTH AS DATE), year_start)
      WHEN 'payment_or_year_start' THEN greatest(pay_day, year_start)
    END AS starts_on,
    NOT unknown_wait AND (wait_days > 0 OR wait_months > 0 OR floor_days > 0 OR floor_months > 0) AS waits
  FROM begun
),

waited AS (
  SELECT
    *,
    CASE WHEN waits THEN greatest(pay_day, starts_on) END AS waits_from,
    CASE
      WHEN waits THEN least(
        greatest(
          CAST(greatest(pay_day, starts_on) + wait_days + wait_months * INTERVAL 1 MONTH AS DATE),
          CAST(greatest(pay_day, starts_on) + floor_days + floor_months * INTERVAL 1 MONTH AS DATE)
        ),
        -- Empty where the pack knows no longest wait.
        CAST(greatest(pay_day, starts_on) + most_days + most_months * INTERVAL 1 MONTH AS DATE)
      )
      ELSE starts_on
    END AS first_day
  FROM started
),

-- The day whose values are due. Where the first day of benefits is and nobody knows it, neither are the amounts, but for yuan that a
-- situation states itself: they hold from the first of all days.
dated AS (
  SELECT
    *,
    CASE
      WHEN pricing_day = 'payment_day' THEN pay_day
      WHEN pricing_day = 'payment_or_year_start' THEN greatest(pay_day, year_start)
      WHEN NOT unknown_wait THEN least(greatest(coalesce(first_day, pay_day), year_start), year_end)
      ELSE DATE '0001-01-01'
    END AS priced_on
  FROM waited
)

SELECT d.*, o.value AS standard, v.value AS fiscal_due
FROM dated AS d
LEFT JOIN pack_value_spans AS o ON o.name = d.own AND d.priced_on BETWEEN o.holds_from AND o.holds_to
LEFT JOIN pack_value_spans AS v ON v.name = d.fiscal AND d.priced_on BETWEEN v.holds_from AND v.holds_to;
