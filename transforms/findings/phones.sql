-- One row per uninsured person with a telephone number: the first roster in precedence that has one; of several there the order of
-- the file decides nothing.
CREATE TABLE phones AS
SELECT r.person_key, substring(min(lpad(CAST(r.precedence AS VARCHAR), 2, '0') || r.phone), 3) AS phone
FROM person_rows AS r
INNER JOIN person_facts AS f ON f.person_key = r.person_key
WHERE r.phone IS NOT NULL AND f.in_population AND f.insurance_status = 'none'
GROUP BY r.person_key;
