-- The rows of `suspect_mismatches` leave the staged tables: they are rejected, and remembered as damaged.
INSERT INTO rejects_raw (roster, source_no, row, "column", rule, severity, value, advice)
SELECT
  roster, source_no, row, '', 'id_suspect_name_differs', 'row', '******',
  '号码以000结尾，可能是表格软件截断后的号码，且与同号人员姓名不一致，不作匹配；请按证件原件核对号码后重报'
FROM suspect_mismatches;
INSERT INTO damaged (roster, source_no, row, raw_id, name, name_key, birth_date, sex, township, village, year)
SELECT roster, source_no, row, id_number, name, name_key, birth_date, sex, township, village, CAST(NULL AS INTEGER)
FROM suspect_mismatches;
