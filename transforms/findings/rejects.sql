-- One row per rejected row or value, at its place in the file; suspect numbers of another name among them (contract §4).
CREATE TABLE rejects AS
WITH rejected AS (
  SELECT roster, source_no, row, "column", rule, severity, value, advice FROM rejects_raw
  UNION ALL
  SELECT
    roster, source_no, row, '', 'id_suspect_name_differs', 'row', '******',
    '号码以000结尾，可能是表格软件截断后的号码，且与同号人员姓名不一致，不作匹配；请按证件原件核对号码后重报'
  FROM suspect_mismatches
)
SELECT r.roster, s.file, s.sheet, r.row, r."column", r.rule, r.severity, r.value, r.advice
FROM rejected AS r
LEFT JOIN source_sheets AS s ON s.source_no = r.source_no;
