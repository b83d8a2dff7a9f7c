-- One row per damaged record and person whom it may be; never applied by the machine (contract §3).
CREATE TABLE id_proposals AS
WITH cited AS (
  SELECT
    d.record_id,
    list_sort(list(d.source_no * 10000000000 + d.row)) AS source_rows,
    bool_or(
      d.roster IN ('resident_insurance', 'employee_insurance', 'other_insurance') AND (d.year IS NULL OR d.year = s.year)
    ) AS for_cover
  FROM damaged_rows AS d
  CROSS JOIN run_settings AS s
  GROUP BY d.record_id
)

SELECT
  p.record, p.name, p.township, p.village, p.roster, p.raw_masked, p.proposed_id, k.name AS proposed_name, p.score, p.rivals,
  p.evidence, c.for_cover,
  CAST(NULL AS VARCHAR) AS decision,
  CAST(NULL AS VARCHAR) AS actual_id,
  [s.records_clause] AS clause,
  '名册中的证件号码有误，可能是此人；核对后在「核对结果」填写 是、不是或另有其人，由人决定'
  || CASE
    WHEN len(c.source_rows) > 1
      THEN '；同样写法的共 ' || len(c.source_rows) || ' 行（见来源），答案对各行都有效，不是同一个人的请先改名册'
    ELSE ''
  END AS reason,
  c.source_rows
FROM proposed AS p
INNER JOIN cited AS c ON c.record_id = p.record_id
INNER JOIN known_persons AS k ON k.person_key = p.person_key
CROSS JOIN run_settings AS s;
