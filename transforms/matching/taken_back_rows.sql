-- One row per accepted row that matches nobody after all, and the rule that it breaks.
CREATE TABLE taken_back_rows AS
SELECT
  roster, source_no, row, person_key,
  -- As it stood in the file.
  CASE
    WHEN id_quality = 'converted15' THEN substring(id_number, 1, 6) || substring(id_number, 9, 9)
    WHEN id_quality = 'other_document' THEN substring(id_number, 7)
    ELSE id_number
  END AS raw_id,
  name, name_key, birth_date, sex, township, village, year,
  CAST(NULL AS VARCHAR) AS record,
  CASE id_quality
    WHEN 'suspect' THEN 'id_suspect_name_differs'
    WHEN 'converted15' THEN 'id_fifteen_name_differs'
    ELSE 'id_other_name_differs'
  END AS rule
FROM suspect_mismatches
UNION ALL
SELECT
  roster, source_no, row, person_key, raw_id, name, name_key, birth_date, sex, township, village, year, record,
  'id_decision_contradicted' AS rule
FROM contradicted_decisions;
