-- One row per person and bonus. Zero claims: for the year before, or each year since the one that the pack names, that they were
-- insured as a resident without any reimbursement (zero_claim_years); who was in 职工医保 all through such a year has none (readings),
-- nor who paid for it only after its end where the pack takes that for a repair. Years in a row: so much for each beyond those that
-- the pack names. Empty where the pack does not know the amount, or nobody knows the years. All of a person's bonuses together stay
-- within what the pack allows, in the pack's order. What broken years take off (lowered_limits) stands beside it, below 0.
CREATE TABLE incentives AS
WITH
-- What an amount that is still 待定 comes to at least and at most.
priced AS (
  SELECT
    i.*, s.year, i.amount IS NULL AS pending, coalesce(i.amount, 0) AS least_amount, coalesce(i.amount, 99999999) AS most_amount,
    coalesce(' ' || CAST(i.amount AS VARCHAR) || ' 元', '（金额待定）') AS said_amount,
    coalesce('，累计不超过 ' || CAST(i.most AS VARCHAR) || ' 元', '') AS said_most
  FROM pack_incentives AS i
  CROSS JOIN run_settings AS s
),

called AS (
  SELECT kind, min(said) AS said FROM pack_incentive_windows GROUP BY kind
),

without_claims AS (
  SELECT
    z.person_key, i.kind, i.position,
    least(z.least * i.least_amount, i.most) AS least,
    least(z.most * i.most_amount, i.most) AS most,
    CASE
      WHEN i.since IS NULL THEN CAST(i.year - 1 AS VARCHAR) || ' 年参加居民医保且基金零报销，'
      ELSE
        '自 ' || CAST(i.since AS VARCHAR) || ' 年起'
        || CASE WHEN z.least < z.most THEN '至少 ' || CAST(z.least AS VARCHAR) || ' 年、至多 ' ELSE '有 ' END || CAST(z.most AS VARCHAR)
        || ' 年参加居民医保且基金零报销，'
    END
    || c.said || '参加 ' || CAST(i.year AS VARCHAR) || ' 年居民医保，'
    || CASE WHEN i.since IS NULL THEN '' ELSE '每年' END || '大病保险支付限额提高' || i.said_amount || i.said_most AS reason,
    CASE
      WHEN z.open_years THEN '缺少以前年度的居民医保名单或基金报销名单'
      WHEN z.open_use THEN '零报销以后有过报销，是否用过奖励额度、是否已经清零'
    END AS why
  FROM zero_claim_years AS z
  INNER JOIN priced AS i ON i.kind = 'zero_claim'
  INNER JOIN called AS c ON c.kind = i.kind
),

in_a_row AS (
  SELECT
    c.person_key, i.kind, i.position,
    least(greatest(c.least - i.years, 0) * i.least_amount, i.most) AS least,
    least(greatest(c.most - i.years, 0) * i.most_amount, i.most) AS most,
    '自 ' || CAST(i.since AS VARCHAR) || ' 年起连续参加' || CASE WHEN i.resident_only THEN '居民医保' ELSE '基本医保' END || ' '
    || CASE WHEN c.least < c.most THEN '至少 ' || CAST(c.least AS VARCHAR) || ' 年、至多 ' ELSE '' END || CAST(c.most AS VARCHAR)
    || ' 年（含 ' || CAST(i.year AS VARCHAR) || ' 年），满 ' || CAST(i.years AS VARCHAR) || ' 年以后每年提高大病保险支付限额'
    || i.said_amount || i.said_most AS reason,
    CASE WHEN c.least < c.most THEN '缺少以前年度的居民医保名单' END AS why
  FROM continuous_years AS c
  INNER JOIN priced AS i ON i.kind = 'continuous'
),

offered AS (
  SELECT * FROM without_claims
  UNION ALL
  SELECT * FROM in_a_row WHERE most > 0
),

summed AS (
  SELECT
    o.*, i.pending, i.clause, i.most_of_all, i.most_of_all_clause,
    sum(o.least) OVER (PARTITION BY o.person_key ORDER BY o.position) - o.least AS least_before,
    sum(o.most) OVER (PARTITION BY o.person_key ORDER BY o.position) - o.most AS most_before
  FROM offered AS o
  INNER JOIN priced AS i ON i.kind = o.kind
),

limited AS (
  SELECT
    person_key, kind, clause, reason, coalesce(why, CASE WHEN pending THEN '激励的金额待定' END) AS why, most_of_all, most_of_all_clause,
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
  || CASE
    WHEN l.least = l.most THEN ''
    ELSE '；未核对：' || coalesce(l.why, '前面一项激励的金额没有算出，合计上限内还有多少') || '，金额没有算出'
  END AS reason,
  c.source_rows
FROM limited AS l
INNER JOIN known_persons AS k ON k.person_key = l.person_key
INNER JOIN cited_rows AS c ON c.person_key = l.person_key
UNION ALL
SELECT k.id_number, k.name, k.township, k.village, 'broken', l.amount, l.clause, l.reason, c.source_rows
FROM lowered_limits AS l
INNER JOIN known_persons AS k ON k.person_key = l.person_key
INNER JOIN cited_rows AS c ON c.person_key = l.person_key;
