-- One row per person on the roster of retirees: the years required and had, the months missing, and whether benefits may be drawn.
-- Deemed months are those of the columns that the pack names; months in the province are what was actually paid. Where the roster
-- has nothing at all in a column that counts, nothing is said about a total that it could complete. `asks_total`, `asks_local`: the
-- kinds of years that the document lays down; of the other nothing is said. `month_price`: what making up a missing month at once costs.
CREATE TABLE retirement_findings AS
WITH retired AS (
  SELECT
    r.person_key, r.retirement_month, r.local_months, r.deemed_months, r.transferred_months, r.drawing_from, r.drawing,
    CAST(r.retirement_month || '-01' AS DATE) AS retired_on
  FROM staged_retirees AS r
  WHERE r.person_key IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY r.person_key ORDER BY r.retirement_month DESC NULLS LAST, r.source_no, r.row) = 1
),

counted AS (
  SELECT
    r.*, k.id_number, k.name, k.township, k.village, k.sex, k.birth_date,
    y.years AS required_years, coalesce(y.clause, t.clause) AS years_clause, l.years AS required_local_years, l.clause AS local_clause,
    p.deemed_clause, p.retirement_clause, p.review_clause, p.supplement_clause, m.value AS supplement_base,
    CAST(m.value * p.supplement_share * p.supplement_rate AS DECIMAL(18, 6)) AS month_price, p.still_due, s.as_of, s.month, s.scope_clause,
    coalesce(y.years > 0, t.asked) AS asks_total,
    coalesce(l.years > 0, FALSE) AS asks_local,
    CASE WHEN p.deemed_counts THEN coalesce(r.deemed_months, 0) ELSE 0 END
    + CASE WHEN p.transferred_counts THEN coalesce(r.transferred_months, 0) ELSE 0 END AS deemed,
    (p.deemed_counts AND r.deemed_months IS NULL AND NOT list_contains(s.service_columns, 'deemed_months'))
    OR (p.transferred_counts AND r.transferred_months IS NULL AND NOT list_contains(s.service_columns, 'transferred_months')) AS deemed_unknown,
    coalesce(r.drawing_from <= s.month, FALSE) OR coalesce(w.drawing_from <= s.month, FALSE) AS has_pension,
    CASE k.sex WHEN 'male' THEN p.earliest_male ELSE p.earliest_female END AS earliest_age,
    coalesce(r.drawing, e.retired, FALSE) AS draws
  FROM retired AS r
  INNER JOIN known_persons AS k ON k.person_key = r.person_key
  INNER JOIN person_facts AS f ON f.person_key = r.person_key
  CROSS JOIN run_settings AS s
  CROSS JOIN pack_employee AS p
  -- Of whom nobody knows the sex no step holds, and years are laid down all the same.
  CROSS JOIN (SELECT coalesce(bool_or(years > 0), FALSE) AS asked, min(clause) AS clause FROM pack_service_years) AS t
  LEFT JOIN pack_service_years AS y
    ON y.sex = k.sex AND (y.first_day IS NULL OR r.retired_on >= y.first_day) AND (y.end_day IS NULL OR r.retired_on < y.end_day)
  LEFT JOIN pack_local_years AS l
    ON (l.first_day IS NULL OR r.retired_on >= l.first_day) AND (l.end_day IS NULL OR r.retired_on < l.end_day)
  LEFT JOIN pack_value_spans AS m
    ON m.name = p.supplement_base
    AND CASE WHEN p.supplement_on = 'retirement' THEN r.retired_on ELSE s.values_on END BETWEEN m.holds_from AND m.holds_to
  LEFT JOIN employee_state AS e ON e.person_key = r.person_key
  LEFT JOIN (
    SELECT person_key, min(drawing_from) AS drawing_from
    FROM staged_pension
    WHERE pension_scheme IN ('enterprise', 'institution') AND drawing_from IS NOT NULL
    GROUP BY person_key
  ) AS w ON w.person_key = r.person_key
  WHERE NOT f.dead
),

compared AS (
  SELECT
    *,
    CASE WHEN asks_total THEN greatest(0, required_years * 12 - local_months - deemed) ELSE 0 END AS short_total,
    CASE WHEN asks_local THEN greatest(0, required_local_years * 12 - local_months) ELSE 0 END AS short_local,
    -- On the day of the birthday the age is reached; who was born on 29 February reaches it on the 28th.
    make_date(year(birth_date) + earliest_age, month(birth_date), CASE WHEN month(birth_date) = 2 AND day(birth_date) = 29 THEN 28 ELSE day(birth_date) END)
      <= as_of AS may_be_of_age
  FROM counted
),

judged AS (
  SELECT
    *, coalesce(years_clause, local_clause, scope_clause) AS grounds,
    CASE
      WHEN local_months IS NOT NULL AND NOT (asks_total AND required_years IS NULL) AND NOT (deemed_unknown AND short_total > 0)
        THEN short_total
    END AS missing_total,
    CASE WHEN local_months IS NOT NULL THEN short_local END AS missing_local,
    has_pension OR (coalesce(may_be_of_age, TRUE) AND retirement_month <= month) AS has_entered
  FROM compared
),

priced AS (
  SELECT
    *,
    CASE WHEN has_entered AND supplement_clause IS NOT NULL AND missing_total + missing_local > 0 THEN greatest(missing_total, missing_local) END
      AS to_make_up
  FROM judged
)

SELECT
  j.id_number, j.name, j.township, j.village, j.retirement_month, j.required_years, j.required_local_years,
  j.local_months AS actual_months,
  CASE WHEN NOT j.deemed_unknown THEN j.deemed END AS deemed_months,
  j.local_months,
  CASE WHEN j.asks_total THEN j.missing_total END AS months_missing_total,
  CASE WHEN j.asks_local THEN j.missing_local END AS months_missing_local,
  CASE WHEN j.missing_total IS NOT NULL AND j.missing_local IS NOT NULL THEN greatest(j.missing_total, j.missing_local) END
    AS months_missing,
  CASE
    WHEN j.missing_total > 0 OR j.missing_local > 0 OR NOT j.has_entered THEN FALSE
    WHEN j.missing_total = 0 AND j.missing_local = 0 THEN TRUE
  END AS entitled,
  j.draws AS drawing,
  list_sort(list_distinct([
    j.grounds, coalesce(j.local_clause, j.grounds), coalesce(j.deemed_clause, j.grounds), coalesce(j.retirement_clause, j.grounds),
    CASE WHEN j.to_make_up IS NOT NULL THEN j.supplement_clause ELSE j.grounds END,
    CASE WHEN j.draws AND (j.missing_total > 0 OR j.missing_local > 0) THEN coalesce(j.review_clause, j.grounds) ELSE j.grounds END
  ])) AS clause,
  CASE
    WHEN j.local_months IS NULL THEN '省内实际缴费月数没有填写，缴费年限未核对'
    WHEN j.missing_total IS NULL THEN
      CASE
        WHEN j.required_years IS NULL THEN '性别没有写明，累计缴费年限未核对'
        ELSE '名册没有视同缴费或省外转入月数，累计缴费年限未核对'
      END
      || CASE WHEN j.missing_local > 0 THEN '；省内实际缴费差 ' || CAST(j.missing_local AS VARCHAR) || ' 个月' ELSE '' END
    WHEN NOT j.asks_total AND NOT j.asks_local THEN '没有规定缴费年限'
    WHEN j.asks_total AND j.asks_local AND j.missing_total = 0 AND j.missing_local = 0 THEN '累计缴费年限和省内实际缴费年限都已满'
    ELSE
      CASE
        WHEN NOT j.asks_total THEN ''
        WHEN j.missing_total > 0 THEN '累计缴费年限差 ' || CAST(j.missing_total AS VARCHAR) || ' 个月'
        ELSE '累计缴费年限已满'
      END
      || CASE WHEN j.asks_total AND j.asks_local THEN '，' ELSE '' END
      || CASE
        WHEN NOT j.asks_local THEN ''
        WHEN j.missing_local > 0 THEN '省内实际缴费年限差 ' || CAST(j.missing_local AS VARCHAR) || ' 个月'
        ELSE '省内实际缴费年限已满'
      END
  END
  || CASE
    WHEN NOT j.has_entered AND j.retirement_month > j.month THEN '；尚未到办理退休年月'
    WHEN NOT j.has_entered THEN '；未达到法定退休年龄，也未领取养老金'
    ELSE ''
  END
  || CASE
    WHEN j.draws AND (j.missing_total > 0 OR j.missing_local > 0) THEN '；正在享受退休待遇，应暂停并通知限期补足'
    WHEN j.draws AND NOT j.has_entered THEN '；正在享受退休待遇，须核查'
    WHEN j.missing_total = 0 AND j.missing_local = 0 AND j.has_entered THEN coalesce('；' || j.still_due || '仍须缴纳', '')
    ELSE ''
  END
  || CASE
    WHEN j.to_make_up IS NULL THEN ''
    WHEN j.month_price IS NULL THEN '；一次性补缴的基数待定，金额没有计算'
    ELSE
      '；一次性补缴 ' || CAST(CAST(j.to_make_up * j.month_price AS DECIMAL(12, 2)) AS VARCHAR) || ' 元（'
      || CAST(j.to_make_up AS VARCHAR) || ' 个月，基数 ' || CAST(CAST(j.supplement_base AS DECIMAL(12, 2)) AS VARCHAR) || ' 元）'
  END AS reason,
  c.source_rows
FROM priced AS j
INNER JOIN cited_rows AS c ON c.person_key = j.person_key;
