-- One row per person with cover or a state elsewhere: the record that comes first, and whether any is a subsidy there.
CREATE TABLE other_cover AS
SELECT
  person_key,
  arg_min(reason_code, precedence * 1000000000000000 + source_no * 10000000000 + row) AS reason_code,
  arg_min(place, precedence * 1000000000000000 + source_no * 10000000000 + row) AS place,
  arg_min(stopped_on, precedence * 1000000000000000 + source_no * 10000000000 + row)
    FILTER (WHERE stopped_on IS NOT NULL) AS stopped_on,
  bool_or(reason_code IN ('B1', 'B2', 'B3', 'B6')) AS elsewhere,
  bool_or(reason_code IN ('B1', 'B6')) AS elsewhere_resident,
  bool_or(reason_code IN ('B2', 'B3')) AS elsewhere_employee,
  bool_or(reason_code IN ('B4', 'B5')) AS other_cover,
  bool_or(reason_code IN ('B4', 'C5', 'C6')) AS not_due,
  max(local_subsidy) AS local_subsidy
FROM other_records
GROUP BY person_key;
