-- One row per payer and month up to the run's month: what was due and what had arrived by the as-of date. The payer is a person
-- (`person_key`), at an employer where `uscc` stands beside, or an employer (`person_key` null).
-- Rows of one month with the same amount due are instalments of one debt; different amounts are debts of their own.
-- `settled`: due and late fee have arrived; `received_on` is then the day from which on nothing was lacking: what is paid again or
-- beyond makes no month late. `late`: not settled, or only after the month was over. `stops_on`: the first day of the next month.
CREATE TABLE paid_months AS
WITH known AS (
  SELECT
    a.person_key, a.uscc, a.period, a.due, a.late_fee_due, a.liable,
    -- What arrived after the as-of date was not known then; without a day it is taken for known.
    CASE WHEN a.received_on > s.as_of THEN 0 ELSE coalesce(a.paid, 0) END AS paid,
    CASE WHEN a.received_on > s.as_of THEN 0 ELSE coalesce(a.late_fee_paid, 0) END AS late_fee_paid,
    CASE WHEN a.received_on <= s.as_of THEN a.received_on END AS received_on,
    a.source_no * 10000000000 + a.row AS place
  FROM staged_arrears AS a
  CROSS JOIN run_settings AS s
  WHERE a.period <= s.month AND (a.person_key IS NOT NULL OR a.uscc IS NOT NULL)
),

summed AS (
  SELECT
    person_key, uscc, period,
    CASE WHEN min(due) = max(due) THEN max(due) ELSE sum(due) END AS due,
    CASE WHEN min(late_fee_due) = max(late_fee_due) THEN max(late_fee_due) ELSE coalesce(sum(late_fee_due), 0) END AS late_fee_due,
    sum(paid) AS paid,
    sum(late_fee_paid) AS late_fee_paid,
    max(received_on) AS received_on,
    bool_or(coalesce(liable = 'employer', FALSE)) AS by_employer,
    bool_or(coalesce(liable = 'person', FALSE)) AS by_person,
    count(*) AS instalments,
    min(place) AS place
  FROM known
  GROUP BY person_key, uscc, period
),

-- Most months stand in one row: only of the others the rows are gathered.
gathered AS (
  SELECT k.person_key, k.uscc, k.period, list_sort(list(k.place)) AS source_rows
  FROM known AS k
  INNER JOIN summed AS m
    ON m.instalments > 1 AND m.person_key IS NOT DISTINCT FROM k.person_key AND m.uscc IS NOT DISTINCT FROM k.uscc
    AND m.period = k.period
  GROUP BY k.person_key, k.uscc, k.period
),

-- What came on no day known stands before all days.
running AS (
  SELECT
    k.person_key, k.uscc, k.period, coalesce(k.received_on, DATE '0001-01-01') AS day,
    coalesce(sum(k.paid) OVER so_far >= m.due, sum(k.paid) OVER so_far > 0)
    AND sum(k.late_fee_paid) OVER so_far >= m.late_fee_due AS enough
  FROM known AS k
  INNER JOIN summed AS m
    ON m.instalments > 1 AND m.person_key IS NOT DISTINCT FROM k.person_key AND m.uscc IS NOT DISTINCT FROM k.uscc
    AND m.period = k.period
  WINDOW so_far AS (PARTITION BY k.person_key, k.uscc, k.period ORDER BY k.received_on NULLS FIRST)
),

complete AS (
  SELECT person_key, uscc, period, nullif(min(day), DATE '0001-01-01') AS received_on
  FROM (SELECT *, bool_and(enough) OVER (PARTITION BY person_key, uscc, period ORDER BY day DESC) AS stays FROM running) AS r
  WHERE stays
  GROUP BY person_key, uscc, period
),

judged AS (
  SELECT
    m.person_key, m.uscc, m.period, m.due, m.late_fee_due, m.paid, m.late_fee_paid, m.by_employer, m.by_person,
    CASE WHEN c.period IS NULL THEN m.received_on ELSE c.received_on END AS received_on,
    coalesce(g.source_rows, [m.place]) AS source_rows,
    CASE WHEN m.due IS NULL THEN m.paid > 0 ELSE m.paid >= m.due END AND m.late_fee_paid >= m.late_fee_due AS settled,
    CAST(CAST(m.period || '-01' AS DATE) + INTERVAL 1 MONTH AS DATE) AS stops_on
  FROM summed AS m
  LEFT JOIN gathered AS g
    ON g.person_key IS NOT DISTINCT FROM m.person_key AND g.uscc IS NOT DISTINCT FROM m.uscc AND g.period = m.period
  LEFT JOIN complete AS c
    ON c.person_key IS NOT DISTINCT FROM m.person_key AND c.uscc IS NOT DISTINCT FROM m.uscc AND c.period = m.period
)

SELECT
  person_key, uscc, period, due, paid, late_fee_due, late_fee_paid, received_on, by_employer, by_person, source_rows,
  settled, stops_on,
  NOT settled OR coalesce(received_on >= stops_on, FALSE) AS late
FROM judged;
