-- One row per payment (or registration) in a basic resident scheme. `known`: paid and known by the as-of date.
-- `counts`: what may give cover: not reversed, status 1 or 2 (an absent status means normal).
CREATE TABLE resident_payments AS
WITH placed AS (
  SELECT
    p.person_key, p.area, p.year, p.paid_on, p.own_paid, p.subsidy_paid, p.source_no, p.row,
    coalesce(p.insured_status, '1') AS insured_status,
    coalesce(p.reversed, FALSE) AS reversed,
    CASE
      WHEN p.area IS NULL OR p.area = s.area_code THEN TRUE
      ELSE contains(p.area, s.county)
        OR left(p.area, 6) IN (SELECT area FROM pack_areas)
        OR p.area IN (SELECT area FROM pack_areas)
    END AS is_local,
    p.paid_on IS NOT NULL AND p.paid_on <= s.as_of AS known,
    NOT coalesce(p.reversed, FALSE) AND coalesce(p.insured_status, '1') IN ('1', '2') AS counts
  FROM staged_resident_insurance AS p
  CROSS JOIN run_settings AS s
  WHERE p.person_key IS NOT NULL AND coalesce(p.insutype, '390') IN ('390', '391', '380')
)
SELECT
  person_key, year, paid_on, own_paid, subsidy_paid, source_no, row, insured_status, reversed, is_local, known, counts,
  CASE WHEN NOT is_local THEN area END AS area_elsewhere
FROM placed;
