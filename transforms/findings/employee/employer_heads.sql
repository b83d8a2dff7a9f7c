-- One row per employer: how many work there by pension, by payroll and by 职工医保, and who of the first two is in no 职工医保;
-- `settled_ids`: of whom nobody need be urged, because a roster says so since, or one that is missing this month may (`awaited`).
CREATE TABLE employer_heads AS
SELECT
  e.employer_key,
  count(*) FILTER (WHERE e.by_pension) AS by_pension,
  count(*) FILTER (WHERE e.by_payroll) AS by_payroll,
  count(*) FILTER (WHERE e.by_medical) AS by_medical,
  count(*) FILTER (WHERE (e.by_pension OR e.by_payroll) AND (e.enrolled OR e.enrolled_elsewhere)) AS enrolled,
  count(*) FILTER (WHERE (e.by_pension OR e.by_payroll) AND NOT (e.enrolled OR e.enrolled_elsewhere)) AS missing,
  list_sort(list(k.id_number) FILTER (WHERE (e.by_pension OR e.by_payroll) AND NOT (e.enrolled OR e.enrolled_elsewhere)))
    AS missing_ids,
  coalesce(
    list_sort(list(k.id_number) FILTER (
      WHERE (e.by_pension OR e.by_payroll) AND NOT (e.enrolled OR e.enrolled_elsewhere) AND (l.for_all OR v.person_key IS NOT NULL)
    )),
    CAST([] AS VARCHAR[])
  ) AS settled_ids,
  count(*) FILTER (
    WHERE (e.by_pension OR e.by_payroll) AND NOT (e.enrolled OR e.enrolled_elsewhere) AND NOT coalesce(l.for_all, FALSE)
      AND v.person_key IS NOT NULL
  ) AS awaited,
  list_sort(flatten(
    list(e.source_rows) FILTER (WHERE (e.by_pension OR e.by_payroll) AND NOT (e.enrolled OR e.enrolled_elsewhere))
  )) AS missing_rows
FROM employments AS e
INNER JOIN known_persons AS k ON k.person_key = e.person_key
LEFT JOIN later_records AS l ON l.person_key = e.person_key
LEFT JOIN awaited_cover AS v ON v.person_key = e.person_key
GROUP BY e.employer_key;
