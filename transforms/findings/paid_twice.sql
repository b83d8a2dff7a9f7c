-- One row per person for whom more was paid than is due for the pack's year, in several payments. `given_back`: what of it the person
-- has already. `same_receipt`: payments under one voucher, which may be a payment and its correction.
CREATE TABLE paid_twice AS
WITH moves AS (
  SELECT
    p.person_key, p.paid_on, p.own_paid, p.source_no, p.row, y.payments, y.own_paid AS kept,
    coalesce(p.own_paid, 0) >= 0 AND coalesce(p.subsidy_paid, 0) >= 0 AS is_payment
  FROM resident_years AS y
  INNER JOIN resident_payments AS p ON p.person_key = y.person_key AND p.year = y.year
  CROSS JOIN run_settings AS s
  WHERE y.year = s.year AND y.payments > 1 AND p.is_local AND p.known AND (p.counts OR p.own_paid < 0)
),

receipts AS (
  SELECT DISTINCT r.person_key
  FROM staged_resident_insurance AS r
  INNER JOIN (SELECT DISTINCT person_key, source_no, row FROM moves WHERE is_payment) AS m
    ON m.person_key = r.person_key AND m.source_no = r.source_no AND m.row = r.row
  WHERE r.voucher IS NOT NULL
  GROUP BY r.person_key, r.voucher
  HAVING count(*) > 1
),

twice AS (
  SELECT
    person_key, payments,
    min(paid_on) FILTER (WHERE is_payment) AS first_paid, max(paid_on) FILTER (WHERE is_payment) AS last_paid,
    sum(own_paid) FILTER (WHERE is_payment) AS own_paid,
    sum(own_paid) FILTER (WHERE is_payment) - kept AS given_back,
    list_sort(list(source_no * 10000000000 + row)) AS source_rows
  FROM moves
  GROUP BY person_key, payments, kept
)

SELECT t.*, r.person_key IS NOT NULL AS same_receipt
FROM twice AS t
INNER JOIN person_facts AS f ON f.person_key = t.person_key
LEFT JOIN receipts AS r ON r.person_key = t.person_key
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
