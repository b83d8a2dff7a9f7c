-- One row per damaged record and person whom it may mean: by a repaired number, by the part of the number that was left, or
-- by the name. Only the damaged records and what they reach are looked at closely.
CREATE TABLE reached_persons AS
WITH reached AS (
  SELECT c.record_id, c.kind, c.place, k.person_key
  FROM repaired_numbers AS c
  INNER JOIN known_persons AS k ON k.person_key = c.person_key
  UNION ALL
  -- The first 15 digits were left.
  SELECT r.record_id, r.shape, CAST(NULL AS INTEGER), k.person_key
  FROM damaged_records AS r
  INNER JOIN known_persons AS k ON k.person_key // 100 = r.stem
  WHERE r.stem IS NOT NULL AND k.person_key > 0
  UNION ALL
  -- The middle was masked. A family name has to agree, or everybody with these few digits would be looked at.
  SELECT r.record_id, 'masked', CAST(NULL AS INTEGER), k.person_key
  FROM damaged_records AS r
  INNER JOIN known_persons AS k
    ON k.person_key // 100000000000 = r.head
    AND k.person_key % 1000 = r.tail
    AND left(k.name_key, 1) = r.family
  WHERE r.head IS NOT NULL AND k.person_key > 0
  UNION ALL
  SELECT r.record_id, 'name', CAST(NULL AS INTEGER), k.person_key
  FROM damaged_records AS r
  INNER JOIN known_persons AS k ON k.name_key = r.name_key
  WHERE r.by_name
)

SELECT
  h.record_id, h.kind, h.place, h.person_key, k.id_number, k.name_key AS other_key,
  k.birth_date AS other_birth_date, k.sex AS other_sex, k.township AS other_township, k.village AS other_village
FROM reached AS h
INNER JOIN known_persons AS k ON k.person_key = h.person_key
INNER JOIN damaged_records AS r ON r.record_id = h.record_id
LEFT JOIN decisions AS x ON x.record = r.record AND x.proposed_id = k.id_number
LEFT JOIN suspect_anchors AS a ON a.person_key = h.person_key
WHERE
  x.record IS NULL
  -- Not the number on record itself, and nobody who is known by a number without a check digit alone.
  AND (r.own_key IS NULL OR r.own_key <> h.person_key)
  AND coalesce(a.is_whole, TRUE);
