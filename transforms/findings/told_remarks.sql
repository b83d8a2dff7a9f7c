-- One row per person of whom something is told that nothing is concluded from, and that whoever is to ask the person is told `first`: a
-- remark says what no column says (服刑, 参军, 死亡 …; the first one, as staging noted it), or an earlier list of deaths named them and the
-- one of this month does not. A township that has answered since knows better.
CREATE TABLE told_remarks AS
WITH remarked AS (
  SELECT p.person_key, arg_min(left(r.value, 30), r.source_no * 10000000000 + r.row) AS remark
  FROM rejects_raw AS r
  INNER JOIN person_rows AS p ON p.source_no = r.source_no AND p.row = r.row
  WHERE r.rule = 'remark_state' AND r.value IS NOT NULL
  GROUP BY p.person_key
)

SELECT person_key, held_in || ' 的名册写着死亡' AS remark, '先核实是否已经死亡；' AS first, reason AS told
FROM awaited_cover
WHERE NOT is_missing AND person_key NOT IN (SELECT a.person_key FROM standing_answers AS a WHERE a.state = 'in_force')
UNION ALL
SELECT person_key, remark, '先核实名册备注所写的情况；', '名册备注写着「' || remark || '」，没有据此判断'
FROM remarked
WHERE person_key NOT IN (SELECT v.person_key FROM awaited_cover AS v WHERE NOT v.is_missing AND v.person_key IS NOT NULL);
