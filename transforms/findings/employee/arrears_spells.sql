-- One row per payer and unbroken time in arrears: from the first day of the month after the first late one to the day on which the
-- last late month was made up (`ended_on` empty: still running). A month that falls due while the debt stands belongs to it.
CREATE TABLE arrears_spells AS
WITH late AS (
  SELECT
    person_key, uscc, period, stops_on, by_employer, by_person, source_rows,
    CASE WHEN settled THEN received_on ELSE DATE '9999-12-31' END AS ends_on
  FROM paid_months
  WHERE late
),

reached AS (
  SELECT
    *,
    max(ends_on) OVER (
      PARTITION BY person_key, uscc ORDER BY period ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS owed_until
  FROM late
),

numbered AS (
  SELECT
    *,
    sum(CASE WHEN owed_until IS NULL OR stops_on > owed_until THEN 1 ELSE 0 END) OVER (
      PARTITION BY person_key, uscc ORDER BY period ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS spell
  FROM reached
)

SELECT
  person_key, uscc, min(period) AS first_unpaid_month, count(*) AS months, min(stops_on) AS stopped_from,
  CASE WHEN max(ends_on) < DATE '9999-12-31' THEN max(ends_on) END AS ended_on,
  bool_or(by_employer) AS by_employer, bool_or(by_person) AS by_person,
  list_sort(flatten(list(source_rows))) AS source_rows
FROM numbered
GROUP BY person_key, uscc, spell;
