-- One row per newborn whose father or mother is named: whether either has basic insurance in the province on the as-of date:
-- here, elsewhere in the city, or in an area whose code begins with the province's. A place that is only named may lie in any
-- province, so that it proves nothing.
CREATE TABLE newborn_parents AS
WITH insured_in_province AS (
  SELECT DISTINCT o.person_key
  FROM other_records AS o
  CROSS JOIN run_settings AS s
  WHERE
    o.reason_code IN ('B1', 'B2', 'B3')
    AND (contains(o.place, s.city) OR left(o.place, 2) = left(s.area_code, 2))
)

SELECT
  p.person_key,
  bool_or(NOT f.dead AND (f.insured_resident OR f.insured_employee OR i.person_key IS NOT NULL)) AS parent_insured
FROM listed_events AS p
INNER JOIN known_persons AS k ON k.id_number = p.parent_id
INNER JOIN person_facts AS f ON f.person_key = k.person_key
LEFT JOIN insured_in_province AS i ON i.person_key = f.person_key
WHERE p.person_key IS NOT NULL AND p.event = 'born'
GROUP BY p.person_key;
