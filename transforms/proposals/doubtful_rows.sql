-- One row per roster row whose number is in doubt: it names nobody, or it is well formed and may be another's all the same. A
-- number of 15 digits that nobody bears in 18 has no check digit, so that a slip in it looks like another person; one that
-- ends in 000 may be what a spreadsheet left.
CREATE TABLE doubtful_rows AS
SELECT
  record, roster, source_no, row, raw_id, name, name_key, birth_date, sex, township, village, year,
  CAST(NULL AS BIGINT) AS own_key
FROM unusable_rows
UNION ALL
SELECT
  CAST(NULL AS VARCHAR), r.roster, r.source_no, r.row,
  CASE
    WHEN r.id_quality = 'converted15' THEN substring(r.id_number, 1, 6) || substring(r.id_number, 9, 9)
    ELSE r.id_number
  END,
  r.name, r.name_key, r.birth_date, r.sex, r.township, r.village, r.year, r.person_key
FROM suspect_rows AS r
INNER JOIN suspect_anchors AS a ON a.person_key = r.person_key
WHERE (r.id_quality = 'suspect' OR NOT a.is_whole) AND r.name_key = a.name_key;
