-- One row per uninsured person with a telephone number: the first roster in precedence that has one.
CREATE TABLE phones AS
SELECT r.person_key, arg_min(r.phone, r.precedence * 1000000000000000 + r.source_no * 10000000000 + r.row) AS phone
FROM person_rows AS r
INNER JOIN person_facts AS f ON f.person_key = r.person_key
WHERE r.phone IS NOT NULL AND f.in_population AND f.insurance_status = 'none'
GROUP BY r.person_key;
