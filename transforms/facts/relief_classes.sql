-- One row per person, relief code and sub-class (grade, kind and grade of a disability, town or country) as the records
-- state them. `current`: it holds on the as-of date: recognised by then (or undated), not ended (the day of exit is its
-- last), and for monitored households the risk not removed. Also kept is what held on the day this year was paid: it
-- decided what was due, also after it has ended, and also where only earlier lists say that it held then (`carried_relief`).
-- `recognised_on`: the earliest recognition.
CREATE TABLE relief_classes AS
WITH single AS (
  SELECT
    r.person_key, r.code, r.grade, r.disability_type, r.disability_grade, r.area_type, r.recognised_on,
    r.recognised_on IS NULL AS undated, r.running, r.left_on AS held_until
  FROM relief_records AS r
  CROSS JOIN run_settings AS s
  WHERE (r.recognised_on IS NULL OR r.recognised_on <= s.as_of) AND NOT r.cleared
  UNION ALL
  SELECT
    person_key, category, grade, disability_type, disability_grade, area_type, recognised_on, undated, FALSE,
    coalesce(left_on, seen_on)
  FROM carried_relief
  WHERE person_key IS NOT NULL AND NOT awaited
)

SELECT
  r.person_key, r.code, r.grade, r.disability_type, r.disability_grade, r.area_type, min(r.recognised_on) AS recognised_on,
  bool_or(r.undated) AS undated, bool_or(r.running) AS current
FROM single AS r
CROSS JOIN run_settings AS s
LEFT JOIN resident_years AS y ON y.person_key = r.person_key AND y.year = s.year
WHERE r.running OR coalesce(r.held_until >= y.first_paid_on, FALSE)
GROUP BY r.person_key, r.code, r.grade, r.disability_type, r.disability_grade, r.area_type;
