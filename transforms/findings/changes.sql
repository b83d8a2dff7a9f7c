-- One row per person and list whose state is not what it was in the previous run; empty without a previous run.
CREATE TABLE changes AS
WITH compared AS (
  SELECT
    coalesce(n."table", b."table") AS "table", coalesce(n.id_number, b.id_number) AS id_number, b.name, b.township,
    b.village, b.state AS before, n.state AS after,
    -- What has become of the person is why they leave a list, or are counted otherwise; it puts nobody on another list.
    coalesce(n."table", b."table") <> 'arrears'
    AND (n.state IS NULL OR n."table" = 'covered_otherwise' OR n."table" = 'subsidies' AND b.state IS NOT NULL) AS by_person
  FROM now_states AS n
  FULL JOIN previous_states AS b ON b."table" = n."table" AND b.id_number = n.id_number
  WHERE n.state IS DISTINCT FROM b.state AND EXISTS (SELECT 1 FROM previous_inputs)
),

-- Recognised for nothing else than what no roster of last month held, and not since then: last month's may have been incomplete.
first_seen AS (
  SELECT k.id_number
  FROM identities AS i
  INNER JOIN known_persons AS k ON k.person_key = i.person_key
  LEFT JOIN first_categories AS e
    ON e.family = i.family
    AND (i.recognised_on IS NULL OR i.recognised_on <= e.since)
  WHERE EXISTS (SELECT 1 FROM first_categories)
  GROUP BY k.id_number
  HAVING count(*) = count(e.family)
),

-- Of whom nobody could say last month whether they hold it still.
awaited_before AS (
  SELECT DISTINCT id_number FROM relief_before WHERE awaited
),

-- Off the lists since an earlier month, and on them again without having been recognised anew.
listed_again AS (
  SELECT DISTINCT k.id_number
  FROM relief_before AS b
  INNER JOIN known_persons AS k ON k.id_number = b.id_number
  INNER JOIN identities AS i ON i.person_key = k.person_key AND i.code = b.category AND i.current
  WHERE b.gone_by IS NOT NULL AND (i.recognised_on IS NULL OR i.recognised_on <= b.seen_on)
)

SELECT
  c.id_number,
  coalesce(k.name, c.name) AS name,
  coalesce(k.township, c.township) AS township,
  coalesce(k.village, c.village) AS village,
  c."table",
  CASE WHEN c.before IS NULL THEN 'new' WHEN c.after IS NULL THEN 'resolved' ELSE 'changed' END AS change,
  c.before AS "from",
  c.after AS "to",
  CASE
    WHEN f.person_key IS NULL THEN coalesce(u.told, '本期名册中没有此人')
    WHEN c.by_person AND f.dead THEN '死亡'
    WHEN c."table" IN ('uninsured', 'covered_otherwise') AND a.state = 'in_force' AND a.received_in = s.month
      AND f.insurance_status NOT IN ('resident', 'employee', 'both')
      -- What a roster shows besides is no word of the township.
      AND CASE
        WHEN c."table" = 'uninsured' AND c.after IS NULL OR c."table" = 'covered_otherwise' AND c.after IS NOT NULL
          THEN coalesce(o.answered, FALSE)
        WHEN c."table" = 'uninsured' AND c.before IS NOT NULL THEN c.after = a.reason_code OR c.before IN ('A3', 'A4')
        ELSE TRUE
      END
      THEN '乡镇核查'
    WHEN c."table" IN ('uninsured', 'covered_otherwise') AND a.state = 'expired' THEN '核查答复已过有效期'
    WHEN c.by_person AND f.population_reason = 'C4' THEN '迁出'
    WHEN c.by_person AND f.population_reason = 'C3' THEN '户籍注销'
    WHEN c.by_person AND f.population_reason = 'C5' THEN '出国（境）定居'
    WHEN c.by_person AND f.population_reason = 'C6' THEN '服刑'
    WHEN c.by_person AND f.population_reason = 'B4' THEN '入伍'
    WHEN c."table" = 'uninsured' AND c.after IS NULL OR c."table" = 'covered_otherwise'
      AND (c.before IS NULL OR f.insurance_status IN ('resident', 'employee', 'both')) THEN
      CASE f.insurance_status
        WHEN 'resident' THEN '已参加居民医保'
        WHEN 'employee' THEN '已参加职工医保'
        WHEN 'both' THEN '已参加职工医保'
        WHEN 'elsewhere' THEN '已在异地参保'
        WHEN 'other_cover' THEN '已有其他保障'
        ELSE coalesce(u.told, '不再计入人口')
      END
    -- What a roster would show that nobody handed in, is not known.
    WHEN u.told IS NOT NULL THEN u.told
    -- Counted otherwise last month, and by no roster of this one.
    WHEN c."table" IN ('uninsured', 'covered_otherwise') AND e.told IS NOT NULL AND f.in_population AND f.insurance_status = 'none'
      THEN e.told
    WHEN c."table" = 'uninsured' AND c.before = 'A0' THEN '年度已经开始，仍未续保'
    WHEN c."table" = 'uninsured' AND c.before IS NULL AND f.last_insured_year = s.year THEN '断保'
    WHEN c."table" = 'uninsured' AND c.before IS NULL THEN '新进入应参范围或参保记录失效'
    WHEN c."table" = 'subsidies' AND c.after = 'entitled_unpaid' AND v.reason IS NOT NULL THEN v.reason
    WHEN c."table" = 'subsidies' AND c.before IS NULL THEN
      CASE
        WHEN n.id_number IS NOT NULL THEN '上期名册中没有这类人员'
        WHEN w.id_number IS NOT NULL THEN '上期名册中缺少此人，未核对'
        WHEN g.id_number IS NOT NULL THEN '以前在册，重新列入名册'
        ELSE '新认定'
      END
    WHEN c."table" = 'subsidies' AND c.after IS NULL THEN '退出困难身份'
    WHEN c."table" = 'subsidies' AND w.id_number IS NOT NULL THEN '上期名册中缺少此人，未核对'
    WHEN c."table" = 'employee_gaps' AND c.after IS NULL AND f.insurance_status IN ('employee', 'both') THEN '已参加职工医保'
    -- Some states of arrears follow the calendar; and a debt that was not seen to be paid may only have been left out.
    WHEN c."table" = 'arrears' AND c.after IS NULL
      AND (contains(c.before, 'stopped') OR contains(c.before, 'suspended') OR contains(c.before, 'waiting') OR contains(c.before, 'owing'))
      THEN '本期缴费明细不再列有其欠费，请核对是否已补足'
    WHEN c."table" = 'arrears' AND contains(c.before, 'stopped') AND NOT contains(c.before, 'suspended')
      AND contains(c.after, 'suspended') THEN '欠费超过规定期限仍未补足'
    WHEN c."table" = 'arrears' AND c.before = 'waiting' AND c.after = 'restored' THEN '等待期已满'
    ELSE '名册或缴费情况变化'
  END AS cause,
  [s.scope_clause] AS clause,
  CASE
    WHEN c.before IS NULL THEN '上期不在该清单' WHEN c.after IS NULL THEN '本期不再列入该清单' ELSE '情况有变'
  END AS reason,
  coalesce(p.source_rows, CAST([] AS BIGINT[])) AS source_rows
FROM compared AS c
CROSS JOIN run_settings AS s
LEFT JOIN known_persons AS k ON k.id_number = c.id_number
LEFT JOIN person_facts AS f ON f.person_key = k.person_key
LEFT JOIN unseen_told AS u ON u."table" = c."table" AND u.id_number = c.id_number
LEFT JOIN left_reasons AS e ON e.id_number = c.id_number
LEFT JOIN first_seen AS n ON n.id_number = c.id_number
LEFT JOIN awaited_before AS w ON w.id_number = c.id_number
LEFT JOIN listed_again AS g ON g.id_number = c.id_number
LEFT JOIN awaited_cover AS v ON v.id_number = c.id_number AND v.is_missing
LEFT JOIN standing_answers AS a ON a.person_key = k.person_key
LEFT JOIN other_cover AS o ON o.person_key = k.person_key
LEFT JOIN cited_rows AS p ON p.person_key = f.person_key;
