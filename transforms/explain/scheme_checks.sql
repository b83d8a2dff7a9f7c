-- One row per person and condition for being due in 职工医保 (contract §4, scheme_due).
CREATE TABLE scheme_checks AS
SELECT
  person_key, '应参加职工医保' AS way, 1 AS way_number, 1 AS number, '计入人口' AS condition, in_population AS holds,
  CASE WHEN in_population THEN '计入' ELSE '不计入' END AS found, CAST(NULL AS VARCHAR) AS place
FROM person_facts
UNION ALL
SELECT
  person_key, '应参加职工医保', 1, 2, '在企业职工或机关事业养老保险（有用人单位）或工资申报名单中', works,
  CASE WHEN works THEN '在' ELSE '不在' END, CAST(NULL AS VARCHAR)
FROM person_facts
UNION ALL
SELECT
  person_key, '应参加职工医保', 1, 3, '没有退休、没有领取养老金', NOT pensioner,
  CASE WHEN pensioner THEN '已退休或领取养老金' ELSE '没有' END, CAST(NULL AS VARCHAR)
FROM person_facts;
