-- One row per known person: population, cover and what is due, on the as-of date (contract §4). A view: for everybody, words
-- that follow from marks take more room than the marks, and no more time when they are read.
CREATE VIEW person_facts AS
SELECT
  *,
  CASE
    WHEN insured_resident AND insured_employee THEN 'both'
    WHEN insured_employee THEN 'employee'
    WHEN insured_resident THEN 'resident'
    WHEN elsewhere THEN 'elsewhere'
    WHEN other_cover THEN 'other_cover'
    ELSE 'none'
  END AS insurance_status,
  CASE
    WHEN NOT in_population THEN 'none'
    WHEN works AND NOT pensioner THEN 'employee'
    ELSE 'resident'
  END AS scheme_due
FROM person_states;
