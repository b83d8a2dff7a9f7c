-- One row per person, way into the population and condition of it: whether it holds and what was found (contract §4).
CREATE TABLE population_checks AS
WITH ways AS (
  SELECT
    person_key, '户籍在册' AS way, 1 AS way_number, '户籍名册中有此人' AS condition, 1 AS number, in_register AS holds,
    CASE WHEN in_register THEN '有' ELSE '没有' END AS found
  FROM person_facts
  UNION ALL
  SELECT
    person_key, '户籍在册', 1, '统计日户籍状态为正常', 2, coalesce(register_status = 'normal', FALSE),
    CASE register_status
      WHEN 'normal' THEN '正常' WHEN 'dead' THEN '死亡' WHEN 'cancelled' THEN '注销' WHEN 'moved_out' THEN '迁出'
      ELSE '没有户籍'
    END
  FROM person_facts
  UNION ALL
  SELECT
    person_key, '持居住证常住', 2, '居住证名册中有此人，居住起始日期不晚于统计日', 1, holds_permit,
    CASE WHEN holds_permit THEN coalesce('自 ' || CAST(permit_from AS VARCHAR), '有，未写起始日期') ELSE '没有' END
  FROM person_facts
  UNION ALL
  SELECT
    f.person_key, '持居住证常住', 2, '住满政策规定的 ' || CAST(s.permit_months AS VARCHAR) || ' 个月', 2, f.has_permit,
    CASE WHEN f.holds_permit THEN coalesce('自 ' || CAST(f.permit_from AS VARCHAR), '没有写起始日期，未核对') ELSE '没有' END
  FROM person_facts AS f
  INNER JOIN run_settings AS s ON s.permit_months IS NOT NULL
  UNION ALL
  SELECT
    person_key, '本地大中专院校在校', 3, '统计日是本地大中专院校在校学生', 1, college_student,
    CASE WHEN college_student THEN '是' ELSE '不是' END
  FROM person_facts
  UNION ALL
  SELECT
    f.person_key, '本地中小学、幼儿园在校', 4, '统计日是本地学校在校学生', 1, f.student, CASE WHEN f.student THEN '是' ELSE '不是' END
  FROM person_facts AS f
  INNER JOIN run_settings AS s ON s.counts_pupils
),

exclusions AS (
  SELECT
    person_key, '没有死亡记录' AS condition, 8 AS number, NOT dead AS holds,
    CASE WHEN dead THEN coalesce(CAST(died_on AS VARCHAR) || ' 死亡', '有死亡记录，日期不详') ELSE '没有' END AS found
  FROM person_facts
  UNION ALL
  SELECT
    person_key, '不是现役军人、服刑人员、出国（境）定居人员', 9, NOT not_due,
    CASE
      WHEN NOT not_due THEN '不是'
      ELSE CASE other_reason WHEN 'B4' THEN '现役军人' WHEN 'C5' THEN '出国（境）定居' WHEN 'C6' THEN '服刑' ELSE '是' END
    END
  FROM person_facts
)

SELECT person_key, way, way_number, number, condition, holds, found, CAST(NULL AS VARCHAR) AS place FROM ways
UNION ALL
SELECT
  w.person_key, w.way, w.way_number, e.number, e.condition, e.holds, e.found, CAST(NULL AS VARCHAR)
FROM (SELECT DISTINCT person_key, way, way_number FROM ways) AS w
INNER JOIN exclusions AS e ON e.person_key = w.person_key;
