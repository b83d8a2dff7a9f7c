-- One row per person enrolled or due in 居民医保: amounts, waiting period and benefit dates (contract §3); who they are and where
-- it stands says `persons`. A view: read once, when it is written.
CREATE VIEW dues AS
SELECT
  d.person_key,
  r.code AS situation,
  d.own_due, d.subsidy_due, d.fiscal_due, d.total_due,
  CASE WHEN d.paid THEN d.pay_day END AS paid_on,
  d.benefit_from,
  CASE WHEN d.benefit_from IS NOT NULL THEN d.last_day END AS benefit_to,
  d.waiting_days, d.waiting_until, d.admitted,
  s.flags_next_year AND NOT d.paid AND s.as_of > s.window_closes AS next_year_flag,
  CASE
    WHEN g.clauses IS NOT NULL THEN list_sort(list_distinct(list_concat(list_concat(r.clause, g.clauses), CASE WHEN n.clause IS NULL THEN g.clauses ELSE [n.clause] END)))
    WHEN n.clause IS NULL OR list_contains(r.clause, n.clause) THEN r.clause
    ELSE list_concat(r.clause, [n.clause])
  END AS clause,
  CASE
    WHEN s.next_window IS NULL OR d.paid OR d.at_once OR NOT d.admitted THEN r.reason
    ELSE r.reason || '；现在不在缴费期，按下一缴费期' || s.next_window || '首日缴费计算'
  END
  || coalesce(g.told, '') || coalesce(n.note, '') || coalesce('；' || u.told, '') || coalesce('；' || e.told, '') AS reason
FROM dues_amounts AS d
CROSS JOIN run_settings AS s
LEFT JOIN wait_notes AS n ON n.person_key = d.person_key
LEFT JOIN grant_notes AS g ON g.person_key = d.person_key
LEFT JOIN unseen_relief AS u ON u.person_key = d.person_key
LEFT JOIN event_notes AS e ON e.person_key = d.person_key
INNER JOIN dues_reasons AS r
  ON r.ordinal = d.ordinal
  AND r.own_due IS NOT DISTINCT FROM d.own_due
  AND r.subsidy_due IS NOT DISTINCT FROM d.subsidy_due
  AND r.granted IS NOT DISTINCT FROM d.granted
  AND r.fiscal_due IS NOT DISTINCT FROM d.fiscal_due
  AND r.relief_ordinal IS NOT DISTINCT FROM d.relief_ordinal
  AND r.waiting_until IS NOT DISTINCT FROM d.waiting_until
  AND r.none = (d.benefit_from IS NULL)
  AND r.unknown_wait IS NOT DISTINCT FROM d.unknown_wait;
