-- One row per accepted record of a sheet whose rows name several people: those of one household stand in one row.
CREATE TABLE shared_rows AS
SELECT r.roster, r.source_no, r.row, r.person_key, r.name_key
FROM person_rows AS r
INNER JOIN source_sheets AS s ON s.source_no = r.source_no
WHERE r.roster IN ('household_register', 'resident_insurance', 'relief') AND s.people > 1;
