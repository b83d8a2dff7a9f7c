-- One row per person with a grant: what is said of it behind the reason of their dues.
CREATE TABLE grant_notes AS
SELECT
  g.person_key,
  '；普惠补助中'
  || array_to_string(
    list_sort(
      list('“' || p.title || '”' || CAST(g.amount AS VARCHAR) || ' 元' || coalesce('由' || p.payer || '负担', ''))
    ),
    '，'
  ) AS told,
  list_sort(list_distinct(list(p.clause))) AS clauses
FROM grant_parts AS g
INNER JOIN pack_subsidies AS p ON p.ordinal = g.ordinal
GROUP BY g.person_key;
