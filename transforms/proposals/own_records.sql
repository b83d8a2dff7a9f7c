-- One row per damaged record and person reached who has a row of their own, of the same year where the roster has years,
-- beside each row of the record, in a roster in which nobody stands twice: the damaged row is hardly theirs.
CREATE TABLE own_records AS
WITH asked AS (
  SELECT DISTINCT h.record_id, h.person_key, d.roster, d.year
  FROM reached_persons AS h
  INNER JOIN damaged_rows AS d ON d.record_id = h.record_id
  WHERE
    d.roster IN (
      'household_register', 'residence_permits', 'school', 'births', 'deaths', 'retirees', 'resident_insurance'
    )
),

present AS (
  SELECT DISTINCT r.person_key, r.roster, r.year
  FROM person_rows AS r
  INNER JOIN (SELECT DISTINCT person_key, roster FROM asked) AS a ON a.person_key = r.person_key AND a.roster = r.roster
)

SELECT a.record_id, a.person_key
FROM asked AS a
LEFT JOIN present AS p
  ON p.person_key = a.person_key
  AND p.roster = a.roster
  AND (a.year IS NULL OR p.year = a.year)
GROUP BY a.record_id, a.person_key
HAVING count(p.person_key) = count(*);
