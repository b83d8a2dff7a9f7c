-- One row per person who has paid for this year and came back after broken years, where the pack takes so much off the limit of 大病保险
-- for each of them. Empty where it does not know the amount, or a year is missing of which nobody can say whether it was broken.
CREATE TABLE lowered_limits AS
WITH counted AS (
  SELECT d.person_key, i.amount, i.most, i.clause, CASE WHEN i.resident_only THEN d.resident_broken_years ELSE d.broken_years END AS years
  FROM decided AS d
  INNER JOIN pack_incentives AS i ON i.kind = 'broken'
  WHERE d.paid
)

SELECT
  person_key,
  -- `least` takes no notice of what is empty.
  CASE WHEN years IS NOT NULL AND amount IS NOT NULL THEN CAST(-least(years * amount, most) AS DECIMAL(12, 2)) END AS amount,
  [clause] AS clause,
  CASE
    WHEN years IS NULL THEN '断保后再次参保的，每断保 1 年降低大病保险支付限额'
    ELSE '断保 ' || CAST(years AS VARCHAR) || ' 年后再次参保，每断保 1 年降低大病保险支付限额'
  END
  || coalesce(' ' || CAST(amount AS VARCHAR) || ' 元', '（金额待定）')
  || coalesce('，累计不超过 ' || CAST(most AS VARCHAR) || ' 元', '')
  || CASE
    WHEN years IS NULL THEN '；未核对：缺少以前年度的居民医保名单，断保几年不知道，金额没有算出'
    WHEN amount IS NULL THEN '；未核对：金额待定，没有算出'
    ELSE ''
  END AS reason
FROM counted
WHERE years IS NULL OR years > 0;
