-- One row per person and bonus. Zero claims: insured as a resident in the year before without any reimbursement, and enrolled for this
-- year (inside the window, unless the pack says otherwise); who was in 职工医保 all through that year has none (readings), nor who paid
-- for it only after its end where the pack takes that for a repair. Years in a row: so much for each beyond those that the pack names,
-- empty where a missing list decides. All of a person's bonuses together stay within what the pack allows, in the pack's order.
CREATE TABLE incentives AS
WITH claims AS (
  SELECT r.person_key
  FROM staged_reimbursements AS r
  CROSS JOIN run_settings AS s
  WHERE r.person_key IS NOT NULL AND r.year = s.year - 1 AND r.amount > 0
),

without_claims AS (
  SELECT
    d.person_key, i.kind, i.position, i.amount AS least, i.amount AS most,
    CAST(s.year - 1 AS VARCHAR) || ' 年参加居民医保且基金零报销，' || w.said || '参加 '
    || CAST(s.year AS VARCHAR) || ' 年居民医保，大病保险支付限额提高 ' || CAST(i.amount AS VARCHAR) || ' 元' AS reason
  FROM pack_incentives AS i
  CROSS JOIN run_settings AS s
  INNER JOIN pack_incentive_windows AS w ON w.kind = i.kind
  INNER JOIN decided AS d ON d.paid AND d.pay_day BETWEEN w.opens AND w.closes
  INNER JOIN resident_years AS y ON y.person_key = d.person_key AND y.year = s.year - 1
  LEFT JOIN year_facts AS g ON g.person_key = d.person_key
  WHERE
    i.kind = 'zero_claim'
    AND NOT coalesce(g.repaired_last_year, FALSE)
    AND d.person_key NOT IN (SELECT b.person_key FROM claims AS b)
    AND EXISTS (SELECT 1 FROM supplied AS u WHERE u.roster = 'reimbursements' AND u.rows > 0)
),

in_a_row AS (
  SELECT
    c.person_key, i.kind, i.position,
    least(greatest(c.least - i.years, 0) * i.amount, i.most) AS least,
    least(greatest(c.most - i.years, 0) * i.amount, i.most) AS most,
    '自 ' || CAST(i.since AS VARCHAR) || ' 年起连续参加' || CASE WHEN i.resident_only THEN '居民医保' ELSE '基本医保' END || ' '
    || CASE WHEN c.least < c.most THEN '至少 ' || CAST(c.least AS VARCHAR) || ' 年、至多 ' ELSE '' END || CAST(c.most AS VARCHAR)
    || ' 年（含 ' || CAST(s.year AS VARCHAR) || ' 年），满 ' || CAST(i.years AS VARCHAR) || ' 年以后每年提高大病保险支付限额 '
    || CAST(i.amount AS VARCHAR) || ' 元' || coalesce('，累计不超过 ' || CAST(i.most AS VARCHAR) || ' 元', '') AS reason
  FROM continuous_years AS c
  INNER JOIN pack_incentives AS i ON i.kind = 'continuous'
  CROSS JOIN run_settings AS s
),

offered AS (
  SELECT * FROM without_claims
  UNION ALL
  SELECT * FROM in_a_row WHERE most > 0
),

summed AS (
  SELECT
    o.*, i.clause, i.most_of_all, i.most_of_all_clause,
    sum(o.least) OVER (PARTITION BY o.person_key ORDER BY o.position) - o.least AS least_before,
    sum(o.most) OVER (PARTITION BY o.person_key ORDER BY o.position) - o.most AS most_before
  FROM offered AS o
  INNER JOIN pack_incentives AS i ON i.kind = o.kind
),

limited AS (
  SELECT
    person_key, kind, clause, reason, most_of_all, most_of_all_clause,
    CASE WHEN most_of_all IS NULL THEN least ELSE least(least, greatest(most_of_all - most_before, 0)) END AS least,
    CASE WHEN most_of_all IS NULL THEN most ELSE least(most, greatest(most_of_all - least_before, 0)) END AS most,
    coalesce(most_before + most > most_of_all, FALSE) AS reached
  FROM summed
)

SELECT
  k.id_number, k.name, k.township, k.village, l.kind,
  CASE WHEN l.least = l.most THEN CAST(l.least AS DECIMAL(12, 2)) END AS amount,
  CASE WHEN l.reached THEN [l.clause, l.most_of_all_clause] ELSE [l.clause] END AS clause,
  l.reason
  || CASE WHEN l.reached THEN '；各项激励合计不超过 ' || CAST(l.most_of_all AS VARCHAR) || ' 元' ELSE '' END
  || CASE WHEN l.least < l.most THEN '；未核对：缺少以前年度的居民医保名单，金额没有算出' ELSE '' END AS reason,
  c.source_rows
FROM limited AS l
INNER JOIN known_persons AS k ON k.person_key = l.person_key
INNER JOIN cited_rows AS c ON c.person_key = l.person_key;
