-- One row per person of whom a roster already says something dated after the as-of date that settles the matter: cover begins, or
-- the person is no longer due. `told`: what it says, `for_all`: whether it settles 职工医保 too. Whom nobody need ask stands in
-- `to_urge` of `uninsured` and `employee_gaps`; payments of residents are in `idle_records`.
CREATE TABLE later_records AS
WITH dated AS (
  SELECT
    e.person_key, e.insured_from AS day, TRUE AS for_all, 1 AS precedence,
    '职工医保自 ' || CAST(e.insured_from AS VARCHAR) || ' 起参保' AS told
  FROM employee_spells AS e
  CROSS JOIN run_settings AS s
  WHERE
    e.insured_from > s.as_of
    -- What was entered and ended again begins no more.
    AND CASE WHEN e.stopped_on IS NULL THEN coalesce(e.insured_status, '1') = '1' ELSE e.stopped_on > e.insured_from END
  UNION ALL
  SELECT
    o.person_key, o.insured_from, o.cover IS NOT NULL OR coalesce(o.insutype, '390') NOT IN ('390', '391', '380'), 2,
    '异地参保或其他保障自 ' || CAST(o.insured_from AS VARCHAR) || ' 起'
  FROM staged_other_insurance AS o
  CROSS JOIN run_settings AS s
  WHERE
    o.person_key IS NOT NULL AND o.insured_from > s.as_of
    AND CASE WHEN o.stopped_on IS NULL THEN coalesce(o.insured_status, '1') = '1' ELSE o.stopped_on > o.insured_from END
    AND (o.cover IS NOT NULL OR coalesce(o.insutype, '390') IN ('310', '390', '391', '380', '340', '350', '360'))
  UNION ALL
  SELECT d.person_key, d.died_on, TRUE, 0, '名单记有 ' || CAST(d.died_on AS VARCHAR) || ' 死亡'
  FROM staged_deaths AS d
  CROSS JOIN run_settings AS s
  WHERE d.person_key IS NOT NULL AND d.died_on > s.as_of
  UNION ALL
  SELECT
    k.person_key, k.status_date, k.register_status = 'dead', CASE WHEN k.register_status = 'dead' THEN 0 ELSE 3 END,
    CASE
      WHEN k.register_status = 'dead' THEN '名单记有 ' || CAST(k.status_date AS VARCHAR) || ' 死亡'
      ELSE '户籍名册记有 ' || CAST(k.status_date AS VARCHAR) || CASE WHEN k.register_status = 'moved_out' THEN ' 迁出' ELSE ' 注销' END
    END
  FROM known_persons AS k
  CROSS JOIN run_settings AS s
  WHERE k.status_date > s.as_of AND k.register_status IN ('dead', 'cancelled', 'moved_out')
)

SELECT person_key, told, for_all
FROM dated
QUALIFY row_number() OVER (PARTITION BY person_key ORDER BY CASE WHEN for_all THEN 0 ELSE 1 END, precedence, day, told) = 1;
