-- One row per spell of 职工医保 reported from elsewhere; `normal`: it runs unless it has a day of stopping. Who is said not to be
-- insured there, or to have other cover, has none. A view: few persons have any.
CREATE VIEW employee_elsewhere AS
SELECT person_key, insured_from, stopped_on, coalesce(insured_status, '1') = '1' AS normal, source_no, row
FROM staged_other_insurance
WHERE person_key IS NOT NULL AND insutype = '310' AND cover IS NULL AND coalesce(insured_status, '1') <> '0';
