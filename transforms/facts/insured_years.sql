-- One row per person and earlier year that the pack looks back at (history_years; none = no row) in which they were insured, or
-- excused: not born before the year was over, or with cover other than a basic scheme. A spell without a first day has run
-- since long ago. `paid_late`: paid after the year's end where the pack takes that for a repair, which gave no cover.
CREATE TABLE insured_years AS
WITH years AS (
  SELECT
    y.person_key, y.year, TRUE AS resident, h.repairable AND y.first_paid_on > h.closes AS paid_late,
    FALSE AS excused
  FROM resident_years AS y
  INNER JOIN history_years AS h ON h.year = y.year
  UNION ALL
  SELECT e.person_key, h.year, FALSE, FALSE, FALSE
  FROM employee_spells AS e
  INNER JOIN history_years AS h ON coalesce(e.insured_from, h.opens) <= h.closes AND e.last_day >= h.opens
  WHERE e.is_local AND (e.insured_from IS NULL OR e.insured_from <= e.last_day)
  UNION ALL
  SELECT e.person_key, h.year, e.resident, FALSE, NOT e.basic
  FROM elsewhere_spells AS e
  INNER JOIN history_years AS h ON coalesce(e.insured_from, h.opens) <= h.closes AND e.last_day >= h.opens
  WHERE e.insured_from IS NULL OR e.insured_from <= e.last_day
  UNION ALL
  SELECT f.person_key, h.year, FALSE, FALSE, TRUE
  FROM person_facts AS f
  INNER JOIN history_years AS h ON h.opens <= f.birth_date
)

SELECT
  person_key, year,
  bool_or(NOT paid_late AND NOT excused) AS insured,
  bool_or(resident AND NOT paid_late AND NOT excused) AS insured_resident,
  bool_or(paid_late) AS paid_late,
  bool_or(excused) AS excused
FROM years
GROUP BY person_key, year;
