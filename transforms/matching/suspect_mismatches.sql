-- Rows whose suspect number belongs to a differently named person: they match nobody.
CREATE TABLE suspect_mismatches AS
SELECT
  r.roster, r.source_no, r.row, r.person_key, r.id_number, r.id_quality, r.name, r.name_key, r.sex, r.birth_date, r.township,
  r.village, r.year
FROM suspect_rows AS r
LEFT JOIN suspect_anchors AS a ON a.person_key = r.person_key
WHERE r.name_key IS NULL OR a.name_key IS NULL OR r.name_key <> a.name_key;
