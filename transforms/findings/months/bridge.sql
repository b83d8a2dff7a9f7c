-- One row per township and cause: by how many persons it changed the insured since the previous run. A township without any change
-- has one row that says so. Empty without a previous run.
CREATE TABLE bridge AS
WITH summed AS (
  SELECT township, cause, sum(change) AS persons FROM insured_changes GROUP BY township, cause
)

SELECT
  t.township, t.from_insured, t.to_insured, coalesce(c.cause, 'unchanged') AS cause,
  CAST(coalesce(c.persons, 0) AS INTEGER) AS persons
FROM insured_totals AS t
LEFT JOIN summed AS c ON c.township IS NOT DISTINCT FROM t.township;
