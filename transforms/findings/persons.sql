-- One row per person known to any roster: population, cover and what is due (contract §3). A view: read once, when it is
-- written.
CREATE VIEW persons AS
SELECT
  k.person_key, k.id_number, k.name, k.township, k.village, k.sex, k.birth_date, k.household_id, k.village_group,
  k.id_quality,
  f.in_population, f.population_reason, f.insurance_status, f.scheme_due,
  coalesce(r.categories, CAST([] AS VARCHAR[])) AS categories,
  [s.scope_clause] AS clause,
  CASE f.population_reason
    WHEN 'registered' THEN '户籍在册'
    WHEN 'permit' THEN '持居住证常住'
    WHEN 'student' THEN '本地大中专院校在校'
    WHEN 'pupil' THEN '本地中小学、幼儿园在校'
    WHEN 'short_permit' THEN
      '居住证自 ' || CAST(f.permit_from AS VARCHAR) || ' 起，统计日不满政策规定的 ' || CAST(s.permit_months AS VARCHAR) || ' 个月'
    WHEN 'not_registered' THEN
      CASE
        WHEN f.registered IS NOT NULL THEN
          '户籍名册中没有此号码，统计日没有居住证，也不是本地大中专院校在校学生'
          || CASE WHEN s.counts_pupils THEN '、中小学和幼儿园在校学生' ELSE '' END
        ELSE '没有户籍名册，是否计入人口未核对'
      END
    WHEN 'C1' THEN '已死亡销户'
    WHEN 'C2' THEN
      CASE
        WHEN NOT f.in_register THEN '已死亡，不在户籍名册'
        WHEN f.register_status = 'moved_out' THEN '已死亡，户籍已迁出'
        ELSE '已死亡，户籍未销'
      END
    WHEN 'C3' THEN '户籍已注销'
    WHEN 'C4' THEN '户籍已迁出'
    WHEN 'C5' THEN '出国（境）定居'
    WHEN 'C6' THEN '服刑'
    WHEN 'C7' THEN '失踪、失联'
    WHEN 'C8' THEN '空挂户、人户分离'
    WHEN 'D4' THEN '重复户口'
    ELSE '现役军人'
  END
  || CASE f.insurance_status
    WHEN 'resident' THEN '；已参加居民医保'
    WHEN 'employee' THEN '；已参加职工医保'
    WHEN 'both' THEN '；居民医保、职工医保均有记录'
    WHEN 'elsewhere' THEN '；在异地参保'
    WHEN 'other_cover' THEN '；有其他保障'
    ELSE '；统计日未参保'
  END AS reason,
  p.source_rows
FROM person_facts AS f
INNER JOIN known_persons AS k ON k.person_key = f.person_key
CROSS JOIN run_settings AS s
LEFT JOIN relief_state AS r ON r.person_key = f.person_key
INNER JOIN cited_rows AS p ON p.person_key = f.person_key;
