-- One row per person for whom more was paid than is due for the pack's year, in several payments.
CREATE TABLE paid_twice AS
WITH twice AS (
  SELECT
    p.person_key, min(p.paid_on) AS first_paid, max(p.paid_on) AS last_paid, count(*) AS payments,
    sum(p.own_paid) AS own_paid, list_sort(list(p.source_no * 10000000000 + p.row)) AS source_rows
  FROM resident_years AS y
  INNER JOIN resident_payments AS p ON p.person_key = y.person_key AND p.year = y.year
  CROSS JOIN run_settings AS s
  WHERE
    y.year = s.year AND y.payments > 1 AND p.is_local AND p.known AND p.counts
    AND coalesce(p.own_paid, 0) + coalesce(p.subsidy_paid, 0) >= 0
  GROUP BY p.person_key
  HAVING count(*) > 1
)

SELECT t.*
FROM twice AS t
INNER JOIN person_facts AS f ON f.person_key = t.person_key
LEFT JOIN dues_amounts AS d ON d.person_key = t.person_key
LEFT JOIN pack_values AS v ON v.name = 'individual_contribution'
WHERE
  NOT f.dead
  -- In several parts that add up to what is due is not twice (who is also insured by an employer has nothing due: the
  -- ordinary price, then); what is not known cannot clear it.
  AND (
    (f.own_paid IS NULL AND f.subsidy_paid IS NULL)
    OR coalesce(f.own_paid, 0) + coalesce(f.subsidy_paid, 0)
    > coalesce(CASE WHEN d.person_key IS NULL THEN v.value ELSE d.total_due END, 0)
  );
