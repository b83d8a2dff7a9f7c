-- One row per person and employer: works there by pension or payroll and is in no 职工医保, here or elsewhere. `since`: the month in
-- which the last 职工医保 here ended; empty where there was none. Whom something on record since settles, or a roster that is missing this
-- month may show insured, is not to be urged.
CREATE TABLE employee_gaps AS
SELECT
  k.id_number, k.name, k.township, k.village, n.uscc, n.employer, e.pension_scheme, e.insurance_status,
  strftime(d.stopped_on, '%Y-%m') AS since,
  NOT coalesce(l.for_all, FALSE) AND v.person_key IS NULL AS to_urge,
  [coalesce(p.gaps_clause, s.scope_clause)] AS clause,
  CASE
    WHEN e.by_pension AND e.by_payroll THEN '在职工养老保险和申报工资名单中'
    WHEN e.by_pension THEN '在职工养老保险名单中'
    ELSE '在申报工资名单中'
  END
  || '，单位为' || coalesce(n.employer, n.uscc)
  || CASE e.insurance_status
    WHEN 'resident' THEN '；现参加居民医保，未参加职工医保'
    WHEN 'elsewhere' THEN '；现在异地参加居民医保，未参加职工医保'
    ELSE CASE WHEN l.person_key IS NULL AND d.stopped_on IS NULL THEN '；没有参保记录' ELSE '；截至统计日没有参保' END
  END
  || CASE WHEN d.stopped_on IS NOT NULL THEN '；职工医保已于 ' || CAST(d.stopped_on AS VARCHAR) || ' 停保' ELSE '' END
  || CASE WHEN l.told IS NOT NULL THEN '；' || l.told || '，晚于统计日，本期不计' ELSE '' END
  || coalesce('；' || v.reason || CASE WHEN v.is_missing THEN '；先不督促，名册补来再核对' ELSE '；先不督促，先核实' END, '')
  || CASE
    WHEN NOT r.resident_insurance AND NOT r.other_insurance THEN '；未核对：居民医保、异地参保和其他保障'
    WHEN NOT r.resident_insurance THEN '；未核对：居民医保'
    WHEN NOT r.other_insurance THEN '；未核对：异地参保和其他保障'
    ELSE ''
  END AS reason,
  e.source_rows
FROM employments AS e
INNER JOIN known_persons AS k ON k.person_key = e.person_key
INNER JOIN known_employers AS n ON n.employer_key = e.employer_key
CROSS JOIN run_settings AS s
CROSS JOIN pack_employee AS p
CROSS JOIN rosters_present AS r
LEFT JOIN (
  SELECT c.person_key, max(c.stopped_on) AS stopped_on
  FROM employee_spells AS c
  CROSS JOIN run_settings AS t
  WHERE c.is_local AND c.stopped_on <= t.as_of
  GROUP BY c.person_key
) AS d ON d.person_key = e.person_key
LEFT JOIN later_records AS l ON l.person_key = e.person_key
LEFT JOIN awaited_cover AS v ON v.person_key = e.person_key
WHERE (e.by_pension OR e.by_payroll) AND NOT e.enrolled AND NOT e.enrolled_elsewhere;
