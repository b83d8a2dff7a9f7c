-- One row per person who owes or is enrolled under either pack: amounts, wait and first benefit day under both.
CREATE TABLE impact_dues AS
SELECT
  coalesce(a.id_number, b.id_number) AS id_number,
  coalesce(a.township, b.township) AS township,
  b.id_number IS NOT NULL AS due_before,
  a.id_number IS NOT NULL AS due_after,
  b.own_due AS own_before,
  a.own_due AS own_after,
  b.fiscal_due AS fiscal_before,
  a.fiscal_due AS fiscal_after,
  b.subsidy_due AS subsidy_before,
  a.subsidy_due AS subsidy_after,
  b.total_due AS total_before,
  a.total_due AS total_after,
  b.admitted AS admitted_before,
  a.admitted AS admitted_after,
  b.waiting_days AS wait_before,
  a.waiting_days AS wait_after,
  b.benefit_from AS benefit_before,
  a.benefit_from AS benefit_after
FROM dues_before AS b
FULL JOIN dues_after AS a ON a.id_number = b.id_number
