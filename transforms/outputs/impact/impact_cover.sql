-- One row per township (null: nobody's): who stands on the list of the uninsured under both packs, under one of them alone, and how
-- the township meets its target. A person of whom only one pack says that they live there counts there.
CREATE TABLE impact_cover AS
WITH listed AS (
  SELECT
    coalesce(a.township, b.township) AS township,
    count(b.id_number) AS uninsured_before,
    count(a.id_number) AS uninsured_after,
    count(CASE WHEN b.id_number IS NULL THEN 1 END) AS newly_uninsured,
    count(CASE WHEN a.id_number IS NULL THEN 1 END) AS no_longer_uninsured
  FROM uninsured_before AS b
  FULL JOIN uninsured_after AS a ON a.id_number = b.id_number
  GROUP BY coalesce(a.township, b.township)
),

rated AS (
  SELECT
    coalesce(a.level, b.level) AS level, coalesce(a.township, b.township) AS township,
    b.rate AS rate_before, a.rate AS rate_after, b.target AS target_before, a.target AS target_after,
    b.shortfall AS shortfall_before, a.shortfall AS shortfall_after
  FROM coverage_before AS b
  FULL JOIN coverage_after AS a ON a.level = b.level AND a.township IS NOT DISTINCT FROM b.township
  WHERE coalesce(a.level, b.level) IN ('county', 'township')
)

SELECT
  coalesce(r.level, 'township') AS level, coalesce(r.township, n.township) AS township,
  coalesce(n.uninsured_before, 0) AS uninsured_before, coalesce(n.uninsured_after, 0) AS uninsured_after,
  coalesce(n.newly_uninsured, 0) AS newly_uninsured, coalesce(n.no_longer_uninsured, 0) AS no_longer_uninsured,
  r.rate_before, r.rate_after, r.target_before, r.target_after, r.shortfall_before, r.shortfall_after
FROM rated AS r
FULL JOIN listed AS n ON r.level = 'township' AND n.township = r.township
