-- One row per employer and finding that stands on the as-of date, of the kinds that the pack asks for.
CREATE TABLE employer_cases AS
WITH understated AS (
  SELECT
    employer_key, count(*) AS persons, CAST(sum(difference) AS DECIMAL(18, 2)) AS amount,
    list_sort(flatten(list(source_rows))) AS source_rows
  FROM understated_bases
  GROUP BY employer_key
),

cases AS (
  SELECT
    h.employer_key, CASE WHEN h.enrolled = 0 AND h.by_medical = 0 THEN 'not_enrolled' ELSE 'selective' END AS kind,
    h.missing, h.missing_ids, h.settled_ids, CAST(NULL AS DECIMAL(18, 2)) AS amount, h.missing_rows AS source_rows,
    CASE
      WHEN h.enrolled = 0 AND h.by_medical = 0 THEN
        '在养老保险或申报工资名单中的 ' || CAST(h.missing AS VARCHAR) || CASE WHEN h.missing = 1 THEN ' 人没有参加职工医保' ELSE ' 人都没有参加职工医保' END
      ELSE '在养老保险或申报工资名单中的 ' || CAST(h.missing + h.enrolled AS VARCHAR) || ' 人中，'
        || CAST(h.missing AS VARCHAR) || ' 人没有参加职工医保'
    END
    || CASE
      WHEN len(h.settled_ids) > h.awaited
        THEN '；其中 ' || CAST(len(h.settled_ids) - h.awaited AS VARCHAR) || ' 人名单中已有统计日以后的参保、死亡等记录，不用督促，下期核对'
      ELSE ''
    END
    || CASE
      WHEN h.awaited > 0 THEN '；其中 ' || CAST(h.awaited AS VARCHAR) || ' 人以前查到参保或死亡，本期没有收到名册或名册没有再写，先不督促，先核对'
      ELSE ''
    END AS reason
  FROM employer_heads AS h
  WHERE h.missing > 0
  UNION ALL
  SELECT
    u.employer_key, 'base_understated', NULL, CAST([] AS VARCHAR[]), CAST([] AS VARCHAR[]), u.amount, u.source_rows,
    CAST(u.persons AS VARCHAR) || ' 人的职工医保缴费基数低于养老保险基数或上年度申报月平均工资，每月合计少 '
    || CAST(u.amount AS VARCHAR) || ' 元'
  FROM understated AS u
  UNION ALL
  SELECT
    d.uscc, 'arrears', NULL, CAST([] AS VARCHAR[]), CAST([] AS VARCHAR[]), d.amount, d.source_rows,
    '自 ' || d.first_month || ' 起 ' || CAST(d.months AS VARCHAR) || ' 个月未足额缴纳，欠费和滞纳金合计 '
    || CAST(d.amount AS VARCHAR) || ' 元'
  FROM employer_debts AS d
  UNION ALL
  SELECT
    n.employer_key, 'registered_elsewhere', NULL, CAST([] AS VARCHAR[]), CAST([] AS VARCHAR[]), NULL, [n.listed_place],
    '登记地为' || n.registered_area || '，在本地为 ' || CAST(h.by_medical AS VARCHAR) || ' 人办理了职工医保'
  FROM known_employers AS n
  INNER JOIN employer_heads AS h ON h.employer_key = n.employer_key
  CROSS JOIN run_settings AS s
  WHERE
    h.by_medical > 0 AND n.registered_area IS NOT NULL
    AND NOT contains(n.registered_area, s.county)
    AND n.registered_area NOT IN (SELECT a.area FROM pack_areas AS a)
    AND left(n.registered_area, 6) NOT IN (SELECT a.area FROM pack_areas AS a)
)

SELECT c.employer_key, c.kind, c.missing, c.missing_ids, c.settled_ids, c.amount, c.reason, c.source_rows, i.clause
FROM cases AS c
INNER JOIN pack_inspections AS i ON i.kind = c.kind;
