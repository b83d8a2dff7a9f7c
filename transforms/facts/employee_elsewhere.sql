-- One row per spell of 职工医保 reported from elsewhere, columns as in `employee_spells`. Who is said to have other cover has none. A view.
CREATE VIEW employee_elsewhere AS
SELECT person_key, insured_from, stopped_on, active, last_day, source_no, row
FROM reported_elsewhere
WHERE insutype = '310' AND cover IS NULL;
