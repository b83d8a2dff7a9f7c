-- One row per month that is accounted for: the day since which every rate and value that holds in it has held. The run's month is
-- looked at on the as-of date, an earlier one on its last day: what was raised in July says nothing of June.
CREATE TABLE base_days AS
WITH months AS (
  SELECT month FROM run_settings
  UNION
  SELECT month FROM contribution_months
),

starts AS (
  SELECT holds_from FROM pack_contributions
  UNION
  SELECT holds_from FROM pack_fixed_contributions
  UNION
  SELECT holds_to + 1 FROM pack_fixed_contributions WHERE holds_to < DATE '9999-12-31'
  UNION
  SELECT holds_from FROM pack_value_spans
)

SELECT m.month, max(v.holds_from) AS priced_on
FROM months AS m
CROSS JOIN run_settings AS s
INNER JOIN starts AS v
  ON v.holds_from <= CASE WHEN m.month = s.month THEN s.values_on ELSE last_day(CAST(m.month || '-01' AS DATE)) END
GROUP BY m.month;
