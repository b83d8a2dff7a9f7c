-- One row per person for whom a row of the rosters of relief identities may stand all the same, and which (`told`): one that could not
-- be read for its number bears their name and names no other township, unless the analyst has said that it is not theirs; or one
-- under their own number was not read for something else, and says of no day by which they left. `person_key` is null where nothing
-- else names the person this month.
CREATE TABLE possible_relief AS
WITH possible AS (
  SELECT k.person_key, k.id_number, '有证件号码有误而可能是本人的记录' AS told
  FROM unusable_rows AS d
  INNER JOIN known_persons AS k ON k.name_key = d.name_key
  LEFT JOIN decisions AS x ON x.record = d.record AND x.proposed_id = k.id_number AND x.decision <> 'accepted'
  WHERE
    d.roster = 'relief'
    AND (d.township IS NULL OR k.township IS NULL OR d.township = k.township)
    AND x.record IS NULL
  UNION ALL
  SELECT k.person_key, u.id_number, '有本人的记录而没有读懂（见数据退回单）'
  FROM unread_relief AS u
  CROSS JOIN run_settings AS s
  LEFT JOIN known_persons AS k ON k.id_number = u.id_number
  WHERE u.left_on IS NULL OR u.left_on >= s.as_of
)

SELECT person_key, id_number, min(told) AS told
FROM possible
GROUP BY person_key, id_number;
