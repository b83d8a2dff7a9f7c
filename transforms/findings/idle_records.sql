-- One row per person with records of the pack's year here that give no cover on the as-of date: paid later, given back or ended. For
-- what is said of who is not insured: that nothing stands in the lists would be wrong.
CREATE TABLE idle_records AS
WITH marked AS (
  SELECT
    p.person_key,
    CASE
      WHEN p.counts AND p.paid_on > s.as_of AND coalesce(p.own_paid, 0) >= 0 AND coalesce(p.subsidy_paid, 0) >= 0 THEN p.paid_on
    END AS paid_later_on,
    p.reversed OR coalesce(p.own_paid < 0, FALSE) OR coalesce(p.subsidy_paid < 0, FALSE) AS given_back,
    CASE WHEN p.own_paid < 0 OR p.subsidy_paid < 0 THEN p.paid_on END AS given_back_on,
    p.known AND NOT p.reversed AND p.insured_status NOT IN ('1', '2') AS ended
  FROM resident_payments AS p
  CROSS JOIN run_settings AS s
  WHERE
    p.year = s.year AND p.is_local
    AND NOT (p.known AND p.counts AND coalesce(p.own_paid, 0) >= 0 AND coalesce(p.subsidy_paid, 0) >= 0)
)

SELECT
  person_key,
  CASE WHEN coalesce(max(given_back_on) >= min(paid_later_on), FALSE) THEN NULL ELSE min(paid_later_on) END AS paid_later_on,
  bool_or(given_back) AS given_back, bool_or(ended) AS ended
FROM marked
GROUP BY person_key;
