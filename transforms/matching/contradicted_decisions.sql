-- One row per damaged row that the analyst gave to somebody who has a row of their own, of the same year where the roster has
-- years, in a roster in which nobody stands twice: the rosters have come to say otherwise, and the decision counts no longer.
CREATE TABLE contradicted_decisions AS
WITH concerned AS (
  SELECT person_key, roster, source_no, row, year, id_quality
  FROM person_rows
  WHERE person_key IN (SELECT d.person_key FROM decided_rows AS d)
)

SELECT d.*
FROM decided_rows AS d
INNER JOIN concerned AS mine
  ON mine.person_key = d.person_key AND mine.roster = d.roster AND mine.source_no = d.source_no AND mine.row = d.row
WHERE
  d.roster IN (
    'household_register', 'residence_permits', 'school', 'births', 'deaths', 'retirees', 'resident_insurance'
  )
  AND EXISTS (
    SELECT 1 FROM concerned AS r
    WHERE
      r.person_key = d.person_key AND r.roster = d.roster AND r.year IS NOT DISTINCT FROM mine.year
      AND r.id_quality <> 'confirmed'
  );
