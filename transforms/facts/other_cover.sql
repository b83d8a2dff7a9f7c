-- One row per person with cover or a state elsewhere: the record that comes first, and whether any is a subsidy there. Of
-- equal records the one that ends last: until then the person need not be asked again.
CREATE TABLE other_cover AS
WITH deciding AS (
  SELECT person_key, reason_code, place, stopped_on, answered
  FROM other_records
  QUALIFY row_number() OVER (
    PARTITION BY person_key ORDER BY precedence, stopped_on DESC NULLS FIRST, place NULLS LAST, source_no, row
  ) = 1
),

summed AS (
  SELECT
    person_key,
    bool_or(reason_code IN ('B1', 'B2', 'B3', 'B6')) AS elsewhere,
    bool_or(reason_code IN ('B1', 'B6')) AS elsewhere_resident,
    bool_or(reason_code IN ('B2', 'B3')) AS elsewhere_employee,
    bool_or(reason_code IN ('B4', 'B5')) AS other_cover,
    bool_or(reason_code IN ('B4', 'C2', 'C5', 'C6', 'C7', 'C8', 'D4')) AS not_due,
    max(local_subsidy) AS local_subsidy
  FROM other_records
  GROUP BY person_key
)

SELECT
  d.person_key, d.reason_code, d.place, d.stopped_on, d.answered, s.elsewhere, s.elsewhere_resident, s.elsewhere_employee,
  s.other_cover, s.not_due, s.local_subsidy
FROM deciding AS d
INNER JOIN summed AS s ON s.person_key = d.person_key;
