-- One row per payment (or registration) in a basic resident scheme. `known`: paid and known by the as-of date.
-- `counts`: what may give cover: not reversed, status 1 or 2 (an absent status means normal).
CREATE TABLE resident_payments AS
SELECT
  p.person_key, p.year, p.paid_on, p.own_paid, p.subsidy_paid, p.insured_status, p.paused_on, p.area, p.township,
  p.village, p.voucher, p.payment_mode, p.source_no, p.row,
  coalesce(p.reversed, FALSE) AS reversed,
  p.area IS NULL OR contains(p.area, s.county)
  OR left(p.area, 6) IN (SELECT area FROM pack_areas)
  OR p.area IN (SELECT area FROM pack_areas) AS is_local,
  p.paid_on IS NOT NULL AND p.paid_on <= s.as_of AS known,
  NOT coalesce(p.reversed, FALSE) AND coalesce(p.insured_status, '1') IN ('1', '2') AS counts
FROM staged_resident_insurance AS p
CROSS JOIN run_settings AS s
WHERE p.person_key IS NOT NULL AND coalesce(p.insutype, '390') IN ('390', '391', '380');
