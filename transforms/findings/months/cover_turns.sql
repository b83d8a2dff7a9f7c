-- One row per moved person with records of insurance here: since when the cover that counts runs, as far as a roster says, and
-- whether a record stands there that gives none any more (ended, paused unpaid, refunded; of an earlier year where that was the
-- year of the previous run).
CREATE TABLE cover_turns AS
WITH turns AS (
  SELECT
    e.person_key,
    CASE WHEN e.active THEN coalesce(n.since, e.insured_from) END AS begun_on,
    NOT e.active AS ended
  FROM employee_spells AS e
  LEFT JOIN employee_since AS n ON n.person_key = e.person_key
  WHERE e.is_local AND e.person_key IN (SELECT m.person_key FROM insured_moves AS m)
  UNION ALL
  SELECT
    p.person_key,
    CASE WHEN p.year = s.year AND p.counts THEN p.paid_on END,
    p.year = s.year AND (NOT p.counts OR coalesce(p.own_paid, 0) < 0) OR r.other_pack AND p.year < s.year
  FROM resident_payments AS p
  CROSS JOIN run_settings AS s
  CROSS JOIN earlier_run AS r
  WHERE p.is_local AND p.known AND p.person_key IN (SELECT m.person_key FROM insured_moves AS m)
)

SELECT person_key, min(begun_on) AS begun_on, bool_or(coalesce(ended, FALSE)) AS has_ended
FROM turns
GROUP BY person_key;
