-- One row per person in the register who is neither insured here nor uninsured: the reason, in the order of domain.md D3.
CREATE TABLE covered_otherwise AS
WITH coded AS (
  SELECT
    f.*, k.id_number, k.name, k.township, k.village, o.place AS other_place, o.answered,
    CASE
      WHEN f.dead THEN f.population_reason
      WHEN f.other_reason IS NOT NULL THEN f.other_reason
      ELSE f.population_reason
    END AS reason_code
  FROM person_facts AS f
  INNER JOIN known_persons AS k ON k.person_key = f.person_key
  LEFT JOIN other_cover AS o ON o.person_key = f.person_key
  WHERE
    f.in_register
    AND f.insurance_status NOT IN ('resident', 'employee', 'both')
    AND NOT (f.in_population AND f.insurance_status = 'none')
)
SELECT
  c.id_number, c.name, c.township, c.village, c.reason_code,
  -- The day of stopping is the first without cover.
  CASE WHEN NOT c.dead THEN c.other_until - 1 END AS until,
  [s.scope_clause] AS clause,
  CASE
    -- What only the township says is told in its words.
    WHEN c.answered AND NOT c.dead THEN a.told
    ELSE
      CASE c.reason_code
        WHEN 'B1' THEN '在异地参加居民医保' WHEN 'B2' THEN '在异地参加职工医保' WHEN 'B3' THEN '在本市其他区划参加职工医保'
        WHEN 'B4' THEN '现役军人，有军队保障' WHEN 'B5' THEN '有离休、公费医疗或其他保障' WHEN 'B6' THEN '在校大学生，在学籍地参保'
        WHEN 'C1' THEN '已死亡' || coalesce('（' || CAST(c.died_on AS VARCHAR) || '）', '') || '并销户'
        WHEN 'C2' THEN
          '死亡名单有记录' || coalesce('（' || CAST(c.died_on AS VARCHAR) || ' 死亡）', '')
          || CASE WHEN c.register_status = 'moved_out' THEN '，户籍已迁出' ELSE '，户籍尚未注销' END
        WHEN 'C3' THEN '户籍已注销' WHEN 'C4' THEN '户籍已迁出' WHEN 'C5' THEN '出国（境）定居' WHEN 'C6' THEN '服刑'
      END
      || CASE
        WHEN c.reason_code IN ('B1', 'B2', 'B3', 'B6') AND c.other_place IS NOT NULL THEN '（' || c.other_place || '）'
        ELSE ''
      END
  END AS reason,
  p.source_rows
FROM coded AS c
CROSS JOIN run_settings AS s
LEFT JOIN standing_answers AS a ON a.person_key = c.person_key
INNER JOIN cited_rows AS p ON p.person_key = c.person_key;
