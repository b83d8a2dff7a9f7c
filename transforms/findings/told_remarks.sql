-- One row per person of whom a remark says what no column says (服刑, 参军, 死亡 …): the first one, as staging noted it. Nothing is
-- concluded from it; whoever is to ask the person is told.
CREATE TABLE told_remarks AS
SELECT p.person_key, arg_min(left(r.value, 30), r.source_no * 10000000000 + r.row) AS remark
FROM rejects_raw AS r
INNER JOIN person_rows AS p ON p.source_no = r.source_no AND p.row = r.row
WHERE r.rule = 'remark_state' AND r.value IS NOT NULL
GROUP BY p.person_key;
