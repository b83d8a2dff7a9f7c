-- One row per word that the enrolment system uses as a mark of subsidised persons in the pack's year.
CREATE TABLE mark_words AS
SELECT DISTINCT p.help_identity AS mark
FROM staged_resident_insurance AS p
CROSS JOIN run_settings AS s
WHERE p.year = s.year AND p.help_identity IS NOT NULL;
