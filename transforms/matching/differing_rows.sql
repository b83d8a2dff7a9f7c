-- One row per roster row whose name is not the one of its person (contract §4). Every row of every roster passes here: it
-- meets two whole numbers.
CREATE TABLE differing_rows AS
SELECT r.roster, r.source_no, r.row, r.person_key, r.name, r.name_hash
FROM person_rows AS r
INNER JOIN known_persons AS k ON k.person_key = r.person_key
WHERE r.name_hash <> k.name_hash;
