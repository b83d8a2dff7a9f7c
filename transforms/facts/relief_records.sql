-- One row per roster row and relief code that it names: what the row says. `left_on`: the day of exit, also where another list says it
-- (`relief_exits`); `running`: not ended on the as-of date, the day of exit being the last. `cleared`: a monitored household whose risk
-- is removed, nobody says since when. A view: its readers ask for different columns.
CREATE VIEW relief_records AS
SELECT
  r.person_key, r.code, r.grade, r.disability_type, TRY_CAST(r.disability_grade AS INTEGER) AS disability_grade, r.area_type,
  r.recognised_on, coalesce(r.left_on, e.left_on) AS left_on,
  coalesce(r.left_on, e.left_on) IS NULL OR coalesce(r.left_on, e.left_on) >= s.as_of AS running,
  coalesce(r.risk_cleared, FALSE) AND r.code IN (SELECT f.code FROM relief_families AS f WHERE f.family = 'monitored') AS cleared
FROM (SELECT l.*, unnest(l.categories) AS code FROM staged_relief AS l) AS r
CROSS JOIN run_settings AS s
LEFT JOIN relief_exits AS e
  ON e.person_key = r.person_key AND e.code = r.code AND e.source_no = r.source_no AND e.row = r.row
WHERE r.person_key IS NOT NULL;
