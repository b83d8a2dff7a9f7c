-- One row per payment (or registration) in a basic resident scheme. `known`: paid and known by the as-of date.
-- `counts`: what may give cover: not reversed, status 1 or 2. A payment that stands twice, once with the mark of a refund, was
-- refunded: the unmarked row is what it was before.
CREATE TABLE resident_payments AS
WITH refunded AS (
  SELECT DISTINCT person_key, year, paid_on, own_paid, voucher
  FROM staged_resident_insurance
  WHERE
    reversed AND person_key IS NOT NULL AND coalesce(insutype, '390') IN ('390', '391', '380') AND coalesce(own_paid, 0) >= 0
),

-- What rosters write for the area, each once, and whether it is here.
areas AS (
  SELECT
    w.area,
    w.area = s.area_code
    OR contains(w.area, s.county)
    OR left(w.area, 6) IN (SELECT area FROM pack_areas)
    OR w.area IN (SELECT area FROM pack_areas)
    -- Some offices write the township that enrolled the person.
    OR w.area IN (SELECT township FROM pack_townships) AS is_here
  FROM (SELECT DISTINCT area FROM staged_resident_insurance WHERE area IS NOT NULL) AS w
  CROSS JOIN run_settings AS s
),

placed AS (
  SELECT
    p.person_key, p.area, p.year, p.paid_on, p.own_paid, p.subsidy_paid, p.voucher, p.source_no, p.row,
    coalesce(p.insured_status, '1') AS insured_status,
    coalesce(p.reversed, FALSE) AS reversed,
    p.area IS NULL OR a.is_here OR p.area IS NOT DISTINCT FROM p.township AS is_local,
    p.paid_on IS NOT NULL AND p.paid_on <= s.as_of AS known
  FROM staged_resident_insurance AS p
  CROSS JOIN run_settings AS s
  LEFT JOIN areas AS a ON a.area = p.area
  WHERE p.person_key IS NOT NULL AND coalesce(p.insutype, '390') IN ('390', '391', '380')
)

SELECT
  p.person_key, p.year, p.paid_on, p.own_paid, p.subsidy_paid, p.source_no, p.row, p.insured_status, p.reversed,
  p.is_local, p.known,
  NOT p.reversed AND p.insured_status IN ('1', '2') AND r.person_key IS NULL AS counts,
  CASE WHEN NOT p.is_local THEN p.area END AS area_elsewhere
FROM placed AS p
LEFT JOIN refunded AS r
  ON r.person_key = p.person_key
  AND r.year = p.year
  AND r.paid_on = p.paid_on
  AND r.own_paid IS NOT DISTINCT FROM p.own_paid
  AND r.voucher IS NOT DISTINCT FROM p.voucher;
