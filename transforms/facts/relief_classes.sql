-- One row per person, relief code and sub-class (grade, kind and grade of a disability, town or country) as the records
-- state them. `current`: it holds on the as-of date: recognised by then (or undated), not ended (the day of exit is its
-- last, also where another list says it: `relief_exits`), and for monitored households the risk not removed. Also kept is what held on the day this year was paid: it
-- decided what was due, also after it has ended. `recognised_on`: the earliest recognition.
CREATE TABLE relief_classes AS
WITH single AS (
  SELECT
    r.person_key, r.code, r.grade, r.disability_type, TRY_CAST(r.disability_grade AS INTEGER) AS disability_grade,
    r.area_type, r.recognised_on, coalesce(r.risk_cleared, FALSE) AS risk_cleared,
    coalesce(r.left_on, e.left_on) IS NULL OR coalesce(r.left_on, e.left_on) >= s.as_of AS running,
    coalesce(coalesce(r.left_on, e.left_on) >= y.first_paid_on, FALSE) AS held_when_paid
  FROM (SELECT l.*, unnest(l.categories) AS code FROM staged_relief AS l) AS r
  CROSS JOIN run_settings AS s
  LEFT JOIN resident_years AS y ON y.person_key = r.person_key AND y.year = s.year
  LEFT JOIN relief_exits AS e
    ON e.person_key = r.person_key AND e.code = r.code AND e.source_no = r.source_no AND e.row = r.row
  WHERE r.person_key IS NOT NULL AND (r.recognised_on IS NULL OR r.recognised_on <= s.as_of)
)
SELECT
  person_key, code, grade, disability_type, disability_grade, area_type, min(recognised_on) AS recognised_on,
  bool_or(recognised_on IS NULL) AS undated, bool_or(running) AS current
FROM single
WHERE (running OR held_when_paid) AND NOT (risk_cleared AND code IN (SELECT f.code FROM relief_families AS f WHERE f.family = 'monitored'))
GROUP BY person_key, code, grade, disability_type, disability_grade, area_type;
