-- One row per row of a returned work list: the township it goes back to if something is wrong with it. That of the person, else the one
-- that the row names, else (`row` null) the only one that the rows of its sheet are about.
CREATE TABLE answer_townships AS
WITH placed AS (
  SELECT f.source_no, f.row, coalesce(k.township, f.township) AS township
  FROM staged_follow_up AS f
  LEFT JOIN returned_answers AS r ON r.source_no = f.source_no AND r.row = f.row
  LEFT JOIN known_persons AS k ON k.person_key = r.person_key
)

SELECT source_no, row, min(township) AS township FROM placed WHERE township IS NOT NULL GROUP BY source_no, row
UNION ALL
SELECT source_no, CAST(NULL AS BIGINT), min(township)
FROM placed
GROUP BY source_no
HAVING min(township) = max(township);
