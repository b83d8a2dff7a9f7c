-- One row per row of a list that still holds a person whom another list says to have left since: `left_on` is that day. A list of
-- changes stands beside the whole one (增减变动表, 退出名单), which was made before the change. The day of a list is that of its
-- edition, or the first of the month that it names or was handed in for. Who was recognised again after that day, or left
-- the identity of the other area (城市, 农村), is not meant.
CREATE TABLE relief_exits AS
WITH left_lists AS (
  SELECT r.person_key, unnest(r.categories) AS code, r.source_no, r.area_type, r.left_on
  FROM staged_relief AS r
  CROSS JOIN run_settings AS s
  WHERE r.person_key IS NOT NULL AND r.left_on < s.as_of
),
still_held AS (
  SELECT
    r.person_key, unnest(r.categories) AS code, r.source_no, r.row, r.area_type, r.recognised_on,
    coalesce(f.edition, CAST(concat(coalesce(f.period, s.month), '-01') AS DATE)) AS listed_on
  FROM staged_relief AS r
  CROSS JOIN run_settings AS s
  INNER JOIN source_sheets AS f ON f.source_no = r.source_no
  WHERE r.left_on IS NULL AND r.person_key IN (SELECT l.person_key FROM left_lists AS l)
)
SELECT h.person_key, h.code, h.source_no, h.row, max(l.left_on) AS left_on
FROM still_held AS h
INNER JOIN left_lists AS l ON l.person_key = h.person_key AND l.code = h.code AND l.source_no <> h.source_no
WHERE
  l.left_on >= h.listed_on AND coalesce(h.recognised_on <= l.left_on, TRUE) AND coalesce(h.area_type = l.area_type, TRUE)
GROUP BY h.person_key, h.code, h.source_no, h.row;
