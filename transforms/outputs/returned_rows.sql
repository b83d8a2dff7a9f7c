-- One row per row or value that staging rejected, with the columns of `rejects`: what a refused run sends back.
CREATE TABLE returned_rows AS
SELECT
  r.source_no, r.roster, s.department, t.township, s.file, s.sheet, r.row, r."column", r.cell, r.id_shown, r.name_shown, r.rule, r.severity, r.value,
  r.advice
FROM rejects_raw AS r
INNER JOIN source_sheets AS s ON s.source_no = r.source_no
-- Nobody is known yet: only what the sheet itself says.
LEFT JOIN (
  SELECT source_no, min(township) AS township FROM staged_follow_up GROUP BY source_no HAVING min(township) = max(township)
) AS t ON t.source_no = r.source_no;
