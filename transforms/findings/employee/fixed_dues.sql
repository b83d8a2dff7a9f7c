-- One row per side and day since which the values hold (base_days) that owes fixed amounts besides a share of its base: what they come to
-- for each person and month (empty while one of them is 待定), what they are called, and the clauses.
CREATE TABLE fixed_dues AS
SELECT
  f.type, y.priced_on,
  CASE WHEN count(v.value) = count(*) THEN CAST(sum(v.value) AS DECIMAL(12, 2)) END AS amount,
  array_to_string(list_sort(list(f.code)), '、') AS titles,
  list(f.clause) AS clauses
FROM pack_fixed_contributions AS f
INNER JOIN (SELECT DISTINCT priced_on FROM base_days) AS y ON y.priced_on BETWEEN f.holds_from AND f.holds_to
LEFT JOIN pack_value_spans AS v ON v.name = f.amount AND y.priced_on BETWEEN v.holds_from AND v.holds_to
GROUP BY f.type, y.priced_on;
