-- One row per payer and month that is accounted for: the run's month, and each earlier month of the year with a row in the roster
-- of payments. `paid`: what had arrived by the as-of date, empty where that roster says nothing.
CREATE TABLE contribution_months AS
WITH months AS (
  SELECT p.person_key, p.uscc, p.period AS month, p.paid, p.source_rows
  FROM paid_months AS p
  CROSS JOIN run_settings AS s
  WHERE left(p.period, 4) = CAST(s.year AS VARCHAR)
),

-- An employer's own rows count; where it has none, the rows of its persons together.
units AS (
  SELECT uscc, month, sum(paid) AS paid, list_sort(flatten(list(source_rows))) AS source_rows, person_key IS NULL AS own
  FROM months
  WHERE uscc IS NOT NULL
  GROUP BY uscc, month, person_key IS NULL
)

SELECT CAST(NULL AS BIGINT) AS person_key, uscc, month, paid, source_rows
FROM units
QUALIFY row_number() OVER (PARTITION BY uscc, month ORDER BY own DESC) = 1
UNION ALL
SELECT person_key, uscc, month, paid, source_rows
FROM months
WHERE person_key IS NOT NULL;
