-- One row per employer or person and month: base and amounts due, what was paid, and what is short. An employer hands over its own
-- part and what it keeps from wages, so both stand in its row. Amounts that lack a value or a roster are empty.
CREATE TABLE contributions AS
WITH unit_months AS (
  SELECT employer_key, s.month FROM unit_bases CROSS JOIN run_settings AS s
  UNION
  SELECT b.employer_key, m.month FROM unit_bases AS b INNER JOIN contribution_months AS m ON m.uscc = b.uscc AND m.person_key IS NULL
),

units AS (
  SELECT b.*, m.month, p.paid, p.source_rows
  FROM unit_months AS m
  INNER JOIN base_days AS y ON y.month = m.month
  INNER JOIN unit_bases AS b ON b.employer_key = m.employer_key AND b.priced_on = y.priced_on
  LEFT JOIN contribution_months AS p ON p.person_key IS NULL AND p.uscc = b.uscc AND p.month = m.month
),

-- Employers without a code cannot be told apart in this table; a person stands in it once for them.
bases AS (
  SELECT *
  FROM person_bases
  QUALIFY row_number() OVER (
    PARTITION BY person_key, uscc, priced_on ORDER BY CASE WHEN type = 'flexible' THEN 0 ELSE 1 END, employer_key
  ) = 1
),

paid AS (
  SELECT m.person_key, m.uscc, m.month, y.priced_on, m.paid, m.source_rows
  FROM contribution_months AS m
  INNER JOIN base_days AS y ON y.month = m.month
  WHERE m.person_key IS NOT NULL
),

paid_there AS (
  SELECT b.*, p.month, p.paid, p.source_rows AS paid_rows
  FROM paid AS p
  INNER JOIN bases AS b ON b.person_key = p.person_key AND b.uscc = p.uscc AND b.priced_on = p.priced_on
),

-- What names no employer counts where nothing was paid at theirs, and the run's month also where nothing was paid.
persons_due AS (
  SELECT * FROM paid_there
  UNION ALL
  SELECT b.*, p.month, p.paid, p.source_rows
  FROM paid AS p
  INNER JOIN bases AS b ON b.person_key = p.person_key AND b.priced_on = p.priced_on
  WHERE p.uscc IS NULL AND NOT EXISTS (
      SELECT 1 FROM paid_there AS t WHERE t.person_key = b.person_key AND t.uscc = b.uscc AND t.month = p.month
    )
  UNION ALL
  SELECT b.*, s.month, CAST(NULL AS DECIMAL(38, 2)), CAST(NULL AS BIGINT[])
  FROM bases AS b
  CROSS JOIN run_settings AS s
  INNER JOIN base_days AS y ON y.month = s.month AND y.priced_on = b.priced_on
  WHERE NOT EXISTS (SELECT 1 FROM paid_there AS t WHERE t.person_key = b.person_key AND t.uscc = b.uscc AND t.month = s.month)
    AND NOT EXISTS (SELECT 1 FROM paid AS p WHERE p.person_key = b.person_key AND p.uscc IS NULL AND p.month = s.month)
)

SELECT
  CAST(NULL AS VARCHAR) AS id_number, CAST(NULL AS VARCHAR) AS name, CAST(NULL AS VARCHAR) AS township,
  CAST(NULL AS VARCHAR) AS village, u.month, u.uscc, u.declared AS base_declared, u.base_due, u.employer_due,
  CASE WHEN NOT u.incomplete THEN u.employee_due END AS employee_due,
  u.paid,
  -- greatest() passes over what is unknown; the difference must not.
  CASE
    WHEN u.incomplete OR u.employer_due + u.employee_due - u.paid IS NULL THEN NULL
    ELSE greatest(u.employer_due + u.employee_due - u.paid, 0)
  END AS shortfall,
  list_sort(list_distinct(list_concat([u.clause], coalesce(u.clauses, CAST([] AS VARCHAR[]))))) AS clause,
  CASE
    WHEN u.total IS NULL THEN '没有上年度申报工资，应缴基数未核对'
    ELSE '上年度 ' || CAST(u.persons AS VARCHAR) || ' 人月工资合计 ' || CAST(u.total AS VARCHAR) || ' 元'
      || CASE
        WHEN u.base_due IS NULL THEN '；基准值上下限待定，应缴基数没有计算'
        WHEN u.above THEN '，月平均工资高于上限，以上限为准'
        WHEN u.below THEN '，月平均工资低于下限，以下限为准'
        ELSE ''
      END
      || coalesce('；单位部分另缴' || u.titles || coalesce('每人 ' || CAST(u.fixed AS VARCHAR) || ' 元', '待定，没有计算'), '')
  END
  || CASE WHEN u.incomplete THEN '；部分职工没有上年度申报工资，个人部分未核对' ELSE '' END
  || CASE WHEN u.paid IS NULL THEN '；没有该月缴费明细，少缴未核对' ELSE '' END AS reason,
  coalesce(u.source_rows, CAST([] AS BIGINT[])) AS source_rows
FROM units AS u
UNION ALL
SELECT
  k.id_number, k.name, k.township, k.village, d.month, d.uscc, d.declared, d.base_due, CAST(NULL AS DECIMAL(12, 2)),
  d.employee_due, d.paid,
  CASE WHEN d.employee_due - d.paid IS NOT NULL THEN greatest(d.employee_due - d.paid, 0) END,
  list_sort(list_distinct(list_concat([d.clause], coalesce(d.clauses, CAST([] AS VARCHAR[]))))),
  CASE
    WHEN d.unsaid THEN '名册没有写明统账结合还是单建统筹，应缴金额未核对'
    WHEN NOT d.given AND d.chosen THEN '名册没有写明缴费基数，应缴金额未核对'
    WHEN NOT d.given THEN '没有上年度申报工资，应缴金额未核对'
    WHEN d.base_due IS NULL AND d.type = 'flexible' AND NOT d.chosen THEN '基准值待定，应缴金额没有计算'
    WHEN d.base_due IS NULL THEN '缴费基数上下限待定，应缴金额没有计算'
    WHEN d.type = 'flexible' THEN
      '灵活就业人员'
      || CASE d.account WHEN 'with_account' THEN '（统账结合）' WHEN 'without_account' THEN '（单建统筹）' ELSE '' END
      || CASE WHEN d.chosen THEN '，按自选的缴费基数计算' ELSE '，按基准值的规定比例计算' END
    ELSE '按上年度本人月平均工资计算，由单位代扣代缴；单位部分见单位一行'
  END
  || CASE WHEN d.above THEN '；高于上限，以上限为准' WHEN d.below THEN '；低于下限，以下限为准' ELSE '' END
  || CASE
    WHEN d.fixed IS NULL THEN '；另缴' || d.titles || '待定，应缴金额没有计算'
    WHEN d.employee_due IS NOT NULL THEN coalesce('；另缴' || d.titles || ' ' || CAST(d.fixed AS VARCHAR) || ' 元', '')
    ELSE ''
  END
  || CASE WHEN d.paid IS NULL THEN '；没有该月个人缴费明细，少缴未核对' ELSE '' END,
  list_sort(list_distinct(list_concat(d.source_rows, coalesce(d.paid_rows, CAST([] AS BIGINT[])))))
FROM persons_due AS d
INNER JOIN known_persons AS k ON k.person_key = d.person_key;
