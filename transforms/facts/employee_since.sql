-- One row per person with 职工医保 running on the as-of date and more than one record of it, here or reported from elsewhere: since
-- when without a month between. It is paid by the month, so who begins at the next employer in the month after leaving has no gap,
-- wherever that is. Empty where no beginning is stated.
CREATE TABLE employee_since AS
WITH spells AS (
  SELECT person_key, insured_from, last_day, active, source_no, row FROM employee_spells
  UNION ALL
  SELECT person_key, insured_from, last_day, active, source_no, row FROM employee_elsewhere
),

several AS (
  SELECT person_key FROM spells GROUP BY person_key HAVING count(*) > 1 AND bool_or(active)
),

begun AS (
  SELECT
    e.person_key, e.insured_from,
    max(e.last_day) OVER (
      PARTITION BY e.person_key
      ORDER BY e.insured_from NULLS FIRST, e.last_day, e.source_no, e.row
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS covered_to
  FROM several AS p
  INNER JOIN spells AS e ON e.person_key = p.person_key
  WHERE e.insured_from IS NULL OR e.insured_from <= e.last_day
)

SELECT person_key, max(insured_from) AS since
FROM begun
WHERE covered_to IS NULL OR date_trunc('month', insured_from) > date_trunc('month', covered_to) + INTERVAL 1 MONTH
GROUP BY person_key;
