-- One row per due person whose wait has a variable part: what broken years add to it. Empty numbers: the broken years could not
-- be counted. Repaired years take units off the variable part alone; the floor asks how many years were broken at all.
CREATE TABLE variable_waits AS
WITH counted AS (
  SELECT
    d.person_key, v.since, v.latest, v.days, v.months, v.repair, v.floor_years, v.floor_days, v.floor_months,
    v.most_days, v.most_months, v.clause,
    CASE WHEN v.resident_only THEN d.resident_broken_years ELSE d.broken_years END AS broken,
    v.covered_by_fixed,
    CASE WHEN v.repair THEN coalesce(d.repaired_years, 0) ELSE 0 END AS repaired
  FROM decided AS d
  INNER JOIN pack_situations AS t ON t.ordinal = d.ordinal AND t.variable_wait AND t.admitted AND NOT t.unknown_wait
  CROSS JOIN pack_variable_wait AS v
)
SELECT
  person_key, since, latest, broken, repaired, repair, clause, days, months,
  CASE WHEN broken IS NOT NULL THEN greatest(0, broken - covered_by_fixed - repaired) END AS units,
  CASE WHEN broken >= floor_years THEN floor_days ELSE 0 END AS floor_days,
  CASE WHEN broken >= floor_years THEN floor_months ELSE 0 END AS floor_months,
  most_days, most_months
FROM counted;
