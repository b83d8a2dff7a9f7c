-- One row per person, relief identity and sub-class that they hold (`seen_on` is the as-of date), or held before and the next months
-- still have to know of (`carried_relief`, and days of exit that a list of this month states). A view: read once, when it is written.
CREATE VIEW listed_relief AS
SELECT
  k.id_number, c.code AS category, c.grade, c.disability_type, c.disability_grade, c.area_type, c.recognised_on, c.undated,
  k.township, s.month AS held_in, s.as_of AS seen_on, CAST(NULL AS DATE) AS gone_by, CAST(NULL AS DATE) AS left_on,
  CAST(NULL AS VARCHAR) AS reason
FROM relief_classes AS c
CROSS JOIN run_settings AS s
INNER JOIN known_persons AS k ON k.person_key = c.person_key
WHERE c.current
UNION ALL
SELECT
  id_number, category, grade, disability_type, disability_grade, area_type, recognised_on, undated, township, held_in,
  seen_on, gone_by, left_on, reason
FROM carried_relief
UNION ALL
SELECT
  k.id_number, r.code, r.grade, r.disability_type, r.disability_grade, r.area_type, min(r.recognised_on),
  bool_or(r.recognised_on IS NULL), k.township, CAST(NULL AS VARCHAR), CAST(NULL AS DATE), CAST(NULL AS DATE), max(r.left_on),
  '退出日期 ' || CAST(max(r.left_on) AS VARCHAR)
FROM relief_records AS r
CROSS JOIN run_settings AS s
INNER JOIN known_persons AS k ON k.person_key = r.person_key
LEFT JOIN identities AS i ON i.person_key = r.person_key AND i.code = r.code AND i.current
LEFT JOIN carried_relief AS c ON c.person_key = r.person_key AND c.category = r.code
WHERE
  NOT r.running AND NOT r.cleared AND r.left_on >= make_date(s.year - 1, 1, 1)
  AND i.person_key IS NULL AND c.person_key IS NULL
GROUP BY k.id_number, r.code, r.grade, r.disability_type, r.disability_grade, r.area_type, k.township;
