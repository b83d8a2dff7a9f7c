-- One row per name that a damaged record or a person it reaches bears: how many known persons bear it.
CREATE TABLE shared_names AS
SELECT k.name_key, count(*) AS bearers
FROM known_persons AS k
INNER JOIN (SELECT DISTINCT other_key FROM reached_persons) AS n ON n.other_key = k.name_key
GROUP BY k.name_key;
