-- One row per person for whom a row of the rosters of relief identities may stand that could not be read for its number: it bears
-- their name and names no other township. Not where the analyst has said that it is not theirs.
CREATE TABLE possible_relief AS
SELECT DISTINCT k.person_key
FROM unusable_rows AS d
INNER JOIN known_persons AS k ON k.name_key = d.name_key
LEFT JOIN decisions AS x ON x.record = d.record AND x.proposed_id = k.id_number AND x.decision <> 'accepted'
WHERE
  d.roster = 'relief'
  AND (d.township IS NULL OR k.township IS NULL OR d.township = k.township)
  AND x.record IS NULL;
