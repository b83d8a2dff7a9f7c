-- One row per due person whose wait has a variable part: the sentence that takes the wait apart, and what one more repaired year
-- would save.
CREATE TABLE wait_notes AS
WITH spelled AS (
  SELECT
    w.*, d.waits_from, d.first_day, t.wait_days, t.wait_months,
    t.wait_days + w.units * w.days AS all_days, t.wait_months + w.units * w.months AS all_months,
    CASE
      WHEN t.wait_months > 0 THEN CAST(t.wait_months AS VARCHAR) || ' 个月' ELSE CAST(t.wait_days AS VARCHAR) || ' 天'
    END AS fixed,
    CASE
      WHEN w.months > 0 THEN CAST(w.units * w.months AS VARCHAR) || ' 个月'
      ELSE CAST(w.units * w.days AS VARCHAR) || ' 天'
    END AS variable,
    -- With one unit less, but not below the floor.
    CASE
      WHEN w.repair AND w.units > 0 THEN least(
        greatest(
          CAST(d.waits_from + t.wait_days + (w.units - 1) * w.days
            + (t.wait_months + (w.units - 1) * w.months) * INTERVAL 1 MONTH AS DATE),
          CAST(d.waits_from + w.floor_days + w.floor_months * INTERVAL 1 MONTH AS DATE)
        ),
        CAST(d.waits_from + w.most_days + w.most_months * INTERVAL 1 MONTH AS DATE)
      )
    END AS after_repair
  FROM variable_waits AS w
  INNER JOIN dues_amounts AS d ON d.person_key = w.person_key
  INNER JOIN pack_situations AS t ON t.ordinal = d.ordinal
)

SELECT
  person_key, clause,
  CASE
    WHEN broken IS NULL THEN ''
    ELSE '；等待期：固定 ' || fixed || '，变动 ' || variable
      || '（' || CAST(since AS VARCHAR) || CASE WHEN latest THEN ' 年起，最近一次断保 ' ELSE ' 年起断保 ' END || CAST(broken AS VARCHAR) || ' 年'
      || CASE WHEN repaired > 0 THEN '，已补缴 ' || CAST(repaired AS VARCHAR) || ' 年' ELSE '' END || '）'
      || '，共 '
      || CASE
        WHEN all_days > 0 AND all_months > 0
          THEN CAST(all_months AS VARCHAR) || ' 个月加 ' || CAST(all_days AS VARCHAR) || ' 天'
        WHEN all_months > 0 THEN CAST(all_months AS VARCHAR) || ' 个月'
        ELSE CAST(all_days AS VARCHAR) || ' 天'
      END
      || CASE
        WHEN floor_months > 0 THEN '，不少于 ' || CAST(floor_months AS VARCHAR) || ' 个月'
        WHEN floor_days > 0 THEN '，不少于 ' || CAST(floor_days AS VARCHAR) || ' 天'
        ELSE ''
      END
      || CASE
        WHEN most_months > 0 THEN '，最长 ' || CAST(most_months AS VARCHAR) || ' 个月'
        WHEN most_days > 0 THEN '，最长 ' || CAST(most_days AS VARCHAR) || ' 天'
        ELSE ''
      END
      || coalesce('，待遇最早从 ' || CAST(first_day AS VARCHAR) || ' 起', '')
      || CASE
        WHEN after_repair < first_day
          THEN '；再补缴 1 年，提前 ' || CAST(date_diff('day', after_repair, first_day) AS VARCHAR) || ' 天，从 '
            || CAST(after_repair AS VARCHAR) || ' 起'
        WHEN repair AND broken > 0 THEN '；再补缴不能缩短等待期'
        ELSE ''
      END
  END AS note
FROM spelled;
