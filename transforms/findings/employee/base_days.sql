-- One row per month that is accounted for: the day since which every value that holds in it has held. The run's month is looked at on
-- the as-of date, an earlier one on its last day: bounds that were raised in July say nothing of June.
CREATE TABLE base_days AS
WITH months AS (
  SELECT month FROM run_settings
  UNION
  SELECT month FROM contribution_months
)

SELECT m.month, coalesce(max(v.holds_from), s.values_on) AS priced_on
FROM months AS m
CROSS JOIN run_settings AS s
LEFT JOIN pack_value_spans AS v
  ON v.holds_from <= CASE WHEN m.month = s.month THEN s.values_on ELSE last_day(CAST(m.month || '-01' AS DATE)) END
GROUP BY m.month, s.values_on;
