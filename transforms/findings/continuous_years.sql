-- One row per person who has paid for this year, where the pack rewards years in a row: how many there are at least and at most, this
-- year included. Years in which nobody could miss anything (not yet born, a soldier …) neither count nor break. They differ where
-- nobody handed in the list of a year: it may have been insured.
CREATE TABLE continuous_years AS
WITH counted AS (
  SELECT
    d.person_key, h.year, h.on_record,
    coalesce(CASE WHEN i.resident_only THEN y.insured_resident ELSE y.insured END, FALSE) AS insured,
    coalesce(y.excused, FALSE) AS excused
  FROM decided AS d
  INNER JOIN pack_incentives AS i ON i.kind = 'continuous'
  INNER JOIN pack_incentive_windows AS w ON w.kind = i.kind AND d.pay_day BETWEEN w.opens AND w.closes
  INNER JOIN history_years AS h ON h.year >= i.since
  LEFT JOIN insured_years AS y ON y.person_key = d.person_key AND y.year = h.year
  WHERE d.paid
),

gaps AS (
  SELECT
    person_key,
    max(CASE WHEN NOT insured AND NOT excused THEN year END) AS last_gap,
    max(CASE WHEN NOT insured AND NOT excused AND on_record THEN year END) AS last_known_gap
  FROM counted
  GROUP BY person_key
)

SELECT
  c.person_key,
  count(*) FILTER (WHERE c.insured AND c.year > coalesce(g.last_gap, 0)) + 1 AS least,
  count(*) FILTER (WHERE (c.insured OR NOT (c.on_record OR c.excused)) AND c.year > coalesce(g.last_known_gap, 0)) + 1 AS most
FROM counted AS c
INNER JOIN gaps AS g ON g.person_key = c.person_key
GROUP BY c.person_key;
