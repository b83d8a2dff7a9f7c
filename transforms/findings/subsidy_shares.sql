-- One row per subsidised person, identity or grant, and payer: who bears which part of the subsidy that is due. Payers are served in the order of the
-- pack, none beyond the subsidy; one of them bears what the others leave, so that the parts add up, whatever coin each is rounded to.
CREATE TABLE subsidy_shares AS
WITH parts AS (
  SELECT person_key, relief_ordinal AS ordinal, subsidy_due - granted AS due FROM dues_amounts WHERE subsidy_due > granted
  UNION ALL
  SELECT person_key, ordinal, amount FROM grant_parts
),

wanted AS (
  SELECT
    d.person_key, d.due, d.ordinal, q.position, q.payer, q.bears_rest,
    CASE
      WHEN q.bears_rest THEN 0
      WHEN q.amount IS NOT NULL THEN q.amount
      ELSE CAST(CAST(q.share * d.due * u.coins AS DECIMAL(12, 0)) * u.coin AS DECIMAL(12, 2))
    END AS part
  FROM parts AS d
  INNER JOIN pack_subsidy_payers AS q ON q.ordinal = d.ordinal
  INNER JOIN pack_subsidies AS u ON u.ordinal = d.ordinal
),

served AS (
  SELECT
    *,
    greatest(
      0,
      -- What those before ask for is taken off first.
      least(part, due - (sum(part) OVER (PARTITION BY person_key, ordinal ORDER BY position) - part))
    ) AS borne
  FROM wanted
),

settled AS (
  SELECT
    *,
    CASE WHEN bears_rest THEN due - sum(borne) OVER (PARTITION BY person_key, ordinal) ELSE borne END AS amount
  FROM served
)

SELECT
  k.person_key, k.id_number, k.name, k.township, k.village, coalesce(p.category, g.code) AS category, t.payer,
  CAST(t.amount AS DECIMAL(12, 2)) AS amount,
  CAST(t.due AS DECIMAL(12, 2)) AS subsidy_due,
  d.paid AS enrolled,
  [p.clause] AS clause,
  coalesce(t.payer, '出资方（文件未写明）') || '负担 ' || CAST(CAST(t.amount AS DECIMAL(12, 2)) AS VARCHAR) || ' 元'
  || CASE
    WHEN t.amount = t.due THEN ''
    ELSE '，资助共 ' || CAST(CAST(t.due AS DECIMAL(12, 2)) AS VARCHAR) || ' 元'
  END AS reason,
  c.source_rows
FROM settled AS t
INNER JOIN dues_amounts AS d ON d.person_key = t.person_key
INNER JOIN pack_subsidies AS p ON p.ordinal = t.ordinal
LEFT JOIN pack_grants AS g ON g.ordinal = t.ordinal
INNER JOIN known_persons AS k ON k.person_key = t.person_key
INNER JOIN cited_rows AS c ON c.person_key = t.person_key;
