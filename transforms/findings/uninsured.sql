-- One row per person of the population without cover for the pack's year, with what is due today (contract §3, §4). Without a
-- roster of an earlier year nobody is said to have been insured last in some year: the missing one might say otherwise.
CREATE TABLE uninsured AS
-- Until when, or from when, the township is to act; `settled`: what is on record since, `awaited`: what a roster that is missing this
-- month last said: nobody need be asked for either.
WITH worded AS (
  SELECT
    t.*, k.id_number, k.name, k.township, k.village, k.household_id,
    CASE WHEN c.attending THEN c.school END AS school,
    CASE WHEN t.works THEN w.employer END AS employer,
    a.told, v.reason AS awaited, i.paid_later_on, i.given_back, i.ended, l.told AS later_told,
    i.person_key IS NULL AND l.person_key IS NULL AS no_record,
    coalesce(d.clause, e.drive_clause) AS due_clause, d.title,
    t.person_key IN (SELECT r.person_key FROM possible_records AS r)
    OR k.id_number IN (SELECT o.proposed_id FROM id_proposals AS o WHERE o.for_cover AND o.proposed_id IS NOT NULL)
    -- Under their own suspect number, in another name.
    OR k.id_number IN (
      SELECT m.id_number FROM suspect_mismatches AS m
      WHERE m.id_number IS NOT NULL AND m.roster IN ('resident_insurance', 'employee_insurance', 'other_insurance')
    ) AS pending_proposal,
    CASE
      WHEN l.for_all OR t.scheme_due <> 'employee' AND l.person_key IS NOT NULL THEN l.told
      WHEN t.scheme_due <> 'employee' THEN '名单中有 ' || CAST(i.paid_later_on AS VARCHAR) || ' 的缴费'
    END AS settled,
    CASE
      WHEN s.next_window IS NOT NULL AND NOT t.at_once THEN '在下一缴费期' || s.next_window
      ELSE coalesce('最迟 ' || CAST(t.deadline AS VARCHAR) || ' ', '尽快')
    END AS when_to_pay
  FROM uninsured_persons AS t
  INNER JOIN known_persons AS k ON k.person_key = t.person_key
  CROSS JOIN run_settings AS s
  CROSS JOIN pack_employee AS e
  LEFT JOIN pack_situations AS d ON d.ordinal = t.ordinal
  LEFT JOIN school_state AS c ON c.person_key = t.person_key
  LEFT JOIN work_state AS w ON w.person_key = t.person_key
  LEFT JOIN standing_answers AS a ON a.person_key = t.person_key
  LEFT JOIN idle_records AS i ON i.person_key = t.person_key
  LEFT JOIN later_records AS l ON l.person_key = t.person_key
  LEFT JOIN awaited_cover AS v ON v.person_key = t.person_key AND v.is_missing
)

SELECT
  t.id_number, t.name, t.township, t.village, t.reason_code, t.scheme_due,
  t.last_year AS last_insured_year,
  CASE WHEN t.reason_code <> 'A0' THEN s.year - t.last_year END AS broken_years,
  coalesce(r.categories, CAST([] AS VARCHAR[])) AS categories,
  t.school, t.employer, h.phone, t.household_id,
  coalesce(y.payers, CAST([] AS VARCHAR[])) AS payer_in_family,
  t.own_due, t.payable,
  t.deadline,
  CASE WHEN t.pending_proposal THEN '先核对证件有误而可能是本人的参保记录；' ELSE '' END
  || coalesce(m.first, '')
  || CASE WHEN t.settled IS NULL AND t.awaited IS NULL THEN n.ask_first ELSE '' END
  || CASE
    WHEN t.settled IS NOT NULL THEN t.settled || '，晚于统计日，不用动员，下期核对'
    WHEN t.awaited IS NOT NULL THEN t.awaited || '；先不动员，名册补来再核对'
    WHEN t.scheme_due = 'employee' THEN '督促用人单位办理职工医保参保'
    WHEN NOT t.admitted THEN '集中参保缴费期已过，核实是否属特殊情形；不属的列入下一年度动员'
    WHEN t.payable = 0 THEN
      '个人无需缴费，'
      || CASE WHEN g.person_key IS NOT NULL THEN '由普惠补助等负担，' WHEN t.subsidy_due > 0 THEN coalesce('由' || r.payer || '资助', '由资助部门资助') || '，' ELSE '' END
      || t.when_to_pay || '办妥'
    WHEN t.reason_code = 'A0' THEN '提醒续保，' || t.when_to_pay || '缴费'
    WHEN t.reason_code = 'A5' THEN '已登记未缴费，催缴，' || t.when_to_pay || '缴费'
    ELSE '动员参保，' || t.when_to_pay || '缴费'
  END AS action,
  t.pending_proposal,
  t.paid_later_on,
  t.settled IS NULL AND t.awaited IS NULL AS to_urge,
  m.remark,
  CASE
    WHEN t.due_clause IS NULL THEN [s.scope_clause]
    ELSE [s.scope_clause, t.due_clause]
  END AS clause,
  coalesce(t.awaited || '；', '')
  || CASE
    WHEN t.listed_code = 'A0' THEN '上年度已参保，本年度尚未缴费'
    WHEN t.listed_code = 'A5' THEN '本年度已登记，截至统计日未查到缴费'
    WHEN t.listed_code = 'A2' AND t.last_year = s.year THEN '本年度内参保已停止，截至统计日没有再参保'
    WHEN t.listed_code = 'A2' THEN
      CAST(t.last_year AS VARCHAR) || ' 年度有参保记录，本年度'
      || CASE WHEN t.no_record THEN '没有' ELSE '截至统计日没有参保' END
    WHEN t.listed_code = 'A1' AND t.no_record THEN '各年度名单中均无参保记录'
    WHEN t.listed_code = 'A1' THEN '截至统计日没有参保'
    ELSE '本年度' || CASE WHEN t.no_record THEN '无参保记录' ELSE '截至统计日没有参保' END
      || '；未提供以前年度名单，漏保断保未核对'
  END
  || CASE
    WHEN t.paid_later_on IS NOT NULL
      THEN '；名单中有 ' || CAST(t.paid_later_on AS VARCHAR) || ' 的缴费，晚于统计日，本期不计'
    WHEN t.given_back THEN '；名单中本年度的缴费已退费'
    WHEN t.ended THEN '；名单中本年度的参保记录已终止'
    ELSE ''
  END
  || CASE WHEN t.later_told IS NOT NULL THEN '；' || t.later_told || '，晚于统计日，本期不计' ELSE '' END
  || coalesce('；' || m.told, '')
  || CASE WHEN t.scheme_due = 'employee' THEN '；在企业职工或机关事业养老保险（或工资申报）名单中，应参加职工医保' ELSE '' END
  || CASE WHEN t.title IS NOT NULL THEN '；统计日缴费属于：' || t.title ELSE '' END
  || CASE
    WHEN t.scheme_due = 'employee' OR NOT coalesce(t.admitted, FALSE) THEN ''
    WHEN t.own_due IS NULL THEN '；个人应缴有待定或未核对的部分，今日应缴没有计算'
    WHEN t.fiscal_due IS NULL THEN '；个人应缴以外另缴财政补助部分，标准待定，今日应缴没有计算'
    ELSE ''
  END
  || CASE WHEN t.told IS NOT NULL THEN '；' || t.told ELSE '' END
  || coalesce('；' || e.told, '')
  || n.uninsured AS reason,
  p.source_rows
FROM worded AS t
CROSS JOIN run_settings AS s
CROSS JOIN run_notes AS n
LEFT JOIN family_payers AS y
  ON y.household_id = t.household_id
  AND y.township IS NOT DISTINCT FROM t.township
  AND y.village IS NOT DISTINCT FROM t.village
LEFT JOIN phones AS h ON h.person_key = t.person_key
LEFT JOIN told_remarks AS m ON m.person_key = t.person_key
LEFT JOIN event_notes AS e ON e.person_key = t.person_key
LEFT JOIN best_subsidies AS r ON r.person_key = t.person_key
LEFT JOIN grant_notes AS g ON g.person_key = t.person_key
INNER JOIN cited_rows AS p ON p.person_key = t.person_key;
