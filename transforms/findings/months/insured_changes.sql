-- One row per person and township in which they are counted as insured in only one of the two runs, with the cause; who moved
-- between townships has two. A cause that a day proves (payment, death, moving) goes before what only the lists show: whatever no
-- event since the previous as-of date explains is a correction of the lists, or of the rules where all rows are the same.
CREATE TABLE insured_changes AS
WITH people AS (
  SELECT
    m.*, r.as_of AS earlier_day, e.name AS earlier_name, e.village AS earlier_village,
    e.in_population AS was_counted, e.population_reason AS earlier_reason, e.insurance_status AS earlier_status,
    f.person_key IS NOT NULL AS is_known, f.dead, f.died_on, f.in_population, f.population_reason, f.insurance_status,
    k.id_number, k.name, k.village, t.begun_on, coalesce(t.has_ended, FALSE) AS has_ended,
    u.person_key IS NOT NULL AS untouched, a.told AS answered,
    CASE
      WHEN f.moved_in_on > r.as_of THEN f.moved_in_on
      WHEN f.permit_from > r.as_of THEN f.permit_from
    END AS arrived_on,
    c.source_rows, v.told AS unseen, w.told AS state_unseen
  FROM insured_moves AS m
  CROSS JOIN earlier_run AS r
  LEFT JOIN person_facts AS f ON f.person_key = m.person_key
  LEFT JOIN known_persons AS k ON k.person_key = m.person_key
  LEFT JOIN earlier_persons AS e ON e.id_number = coalesce(m.earlier_id, k.id_number)
  LEFT JOIN cover_turns AS t ON t.person_key = m.person_key
  LEFT JOIN untouched_moves AS u ON u.person_key = m.person_key
  LEFT JOIN standing_answers AS a ON a.person_key = m.person_key AND a.state = 'in_force'
  LEFT JOIN cited_rows AS c ON c.person_key = m.person_key
  LEFT JOIN unseen_told AS v ON v."table" = 'insured_changes' AND v.id_number = e.id_number
  LEFT JOIN unseen_told AS w ON w."table" = 'covered_otherwise' AND w.id_number = e.id_number
),

judged AS (
  SELECT
    *,
    CASE
      WHEN was_insured AND is_insured AND arrived_on IS NOT NULL THEN 'moved'
      WHEN was_insured AND is_insured THEN 'corrected'
      -- Gained.
      WHEN is_insured AND NOT coalesce(was_counted, FALSE) AND arrived_on IS NOT NULL THEN 'moved_in'
      WHEN is_insured AND begun_on > earlier_day THEN 'enrolled'
      WHEN is_insured AND NOT was_counted AND earlier_reason IN ('C5', 'C6', 'B4') AND state_unseen IS NULL THEN 'scope'
      WHEN is_insured THEN 'corrected'
      -- Lost.
      WHEN NOT is_known THEN 'corrected'
      WHEN dead THEN 'died'
      WHEN population_reason = 'C4' THEN 'moved_out'
      -- Cover of theirs that ended explains itself; a township's word explains who is counted otherwise since it came.
      WHEN answered IS NOT NULL AND NOT (in_population AND insurance_status = 'none') THEN 'verified'
      WHEN population_reason IN ('C3', 'C5', 'C6', 'B4') THEN 'scope'
      WHEN NOT in_population THEN 'corrected'
      WHEN unseen IS NOT NULL AND insurance_status = 'none' THEN 'corrected'
      WHEN insurance_status IN ('elsewhere', 'other_cover') THEN 'elsewhere'
      WHEN has_ended THEN 'lapsed'
      ELSE 'corrected'
    END AS found
  FROM people
),

legs AS (
  SELECT
    j.*, -1 AS change, j.from_township AS township, CASE WHEN j.found = 'moved' THEN 'moved_out' ELSE j.found END AS leg
  FROM judged AS j
  WHERE j.was_insured
  UNION ALL
  SELECT j.*, 1, j.to_township, CASE WHEN j.found = 'moved' THEN 'moved_in' ELSE j.found END
  FROM judged AS j
  WHERE j.is_insured
),

named AS (
  SELECT *, CASE WHEN leg = 'corrected' AND untouched THEN 'rules' ELSE leg END AS cause FROM legs
)

SELECT
  coalesce(n.id_number, n.earlier_id) AS id_number,
  coalesce(n.name, n.earlier_name) AS name,
  n.township,
  CASE WHEN n.change < 0 THEN n.earlier_village ELSE n.village END AS village,
  n.change,
  n.cause,
  n.earlier_status AS "from",
  n.insurance_status AS "to",
  [s.scope_clause] AS clause,
  CASE n.cause
    WHEN 'enrolled' THEN '上期统计日以后参保（' || CAST(n.begun_on AS VARCHAR) || '）'
    WHEN 'lapsed' THEN '名册中的参保记录已停止、退费或不再续保'
    WHEN 'died' THEN '已死亡' || coalesce('（' || CAST(n.died_on AS VARCHAR) || '）', '')
    WHEN 'moved_out' THEN CASE WHEN n.is_insured THEN '迁往本县（区）其他乡镇' ELSE '户籍已迁出' END
    WHEN 'moved_in' THEN '上期统计日以后迁入或居住（' || CAST(n.arrived_on AS VARCHAR) || '）'
    WHEN 'scope' THEN
      CASE WHEN n.is_insured THEN '重新计入应参保人口' ELSE '不再计入应参保人口（注销、定居国外、服刑或入伍）' END
    WHEN 'elsewhere' THEN '已在异地参保或有其他保障'
    WHEN 'verified' THEN n.answered
    WHEN 'rules' THEN '名册没有变，政策包与上期不同'
    ELSE CASE
      WHEN n.was_insured AND n.is_insured THEN '名册中的乡镇改了，没有上期以后的迁移日期'
      WHEN n.unseen IS NOT NULL THEN n.unseen
      WHEN n.is_insured AND n.earlier_reason IN ('C5', 'C6', 'B4') AND n.state_unseen IS NOT NULL THEN n.state_unseen
      WHEN n.is_insured AND n.earlier_reason IN ('C1', 'C2') THEN '上期的名册写着死亡，本期名册没有写明，请核实是否健在'
      WHEN n.is_insured THEN '名册补充或更正：没有上期统计日以后的参保、迁入日期'
      WHEN NOT n.is_known THEN '本期名册中没有此人'
      WHEN NOT n.in_population THEN '本期不在户籍、居住证和学籍名册中'
      ELSE '本期名册中没有其参保记录'
    END
  END AS reason,
  coalesce(n.source_rows, CAST([] AS BIGINT[])) AS source_rows
FROM named AS n
CROSS JOIN run_settings AS s;
