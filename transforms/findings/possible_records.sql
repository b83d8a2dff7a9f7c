-- One row per name and township for which an insurance row of the pack's year could not be read for its number: somebody
-- of this name may be insured after all. An empty township fits every township.
CREATE TABLE possible_records AS
SELECT DISTINCT d.name_key, d.township
FROM unusable_rows AS d
CROSS JOIN run_settings AS s
WHERE
  d.roster IN ('resident_insurance', 'employee_insurance', 'other_insurance')
  AND d.name_key IS NOT NULL
  AND (d.year IS NULL OR d.year = s.year);
