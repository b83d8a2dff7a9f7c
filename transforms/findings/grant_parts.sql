-- One row per person and grant that pays something of their contribution: how much. They are served in the order of the pack, until
-- nothing is left to pay.
CREATE TABLE grant_parts AS
WITH offered AS (
  SELECT o.person_key, o.ordinal, o.amount, d.granted
  FROM grant_offers AS o
  INNER JOIN dues_amounts AS d ON d.person_key = o.person_key
  WHERE d.granted > 0 AND (o.besides OR d.subsidy_due = d.granted)
),

served AS (
  SELECT
    person_key, ordinal,
    -- What those before it come to is taken off first.
    least(amount, granted - (sum(amount) OVER (PARTITION BY person_key ORDER BY ordinal) - amount)) AS amount
  FROM offered
)

SELECT person_key, ordinal, CAST(amount AS DECIMAL(12, 2)) AS amount
FROM served
WHERE amount > 0;
