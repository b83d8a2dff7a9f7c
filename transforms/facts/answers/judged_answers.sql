-- One row per person and answer that may stand: those returned now without a fault (of several the one checked last) and the one
-- carried from the month before, each held against the rosters. `state`: settled = insured meanwhile, nothing left to ask;
-- contradicted = a roster says otherwise; expired; in_force. `refused`: the rule by which an answer returned now does not stand. Of
-- two answers the one to the later list counts; where a row without a number leaves open which list it was, the later day does,
-- and it puts no answer by number aside.
CREATE TABLE judged_answers AS
WITH lapsed AS (
  -- Without a day and without a list nothing tells an answer from the one that lay there before and has lost its force: it keeps
  -- its term.
  SELECT k.person_key, c.answer, c.place, c.received_in, c.expires_on
  FROM lapsed_answers AS c
  INNER JOIN known_persons AS k ON k.id_number = c.id_number
  WHERE c.checked_on IS NULL AND c.issued_in IS NULL
),

fresh AS (
  SELECT
    r.person_key, TRUE AS fresh, r.answer, r.place, r.happened_on, r.checked_on, r.remark,
    r.issued_in, coalesce(l.received_in, s.month) AS received_in, l.expires_on, r.source_no, r.row
  FROM returned_answers AS r
  CROSS JOIN run_settings AS s
  LEFT JOIN lapsed AS l
    ON l.person_key = r.person_key AND l.answer = r.answer AND l.place IS NOT DISTINCT FROM r.place
    AND r.checked_on IS NULL AND r.issued_in IS NULL
  WHERE r.fault IS NULL
  QUALIFY row_number() OVER (
    PARTITION BY r.person_key
    ORDER BY r.issued_in DESC NULLS LAST, r.checked_on DESC NULLS LAST, r.source_no, r.row
  ) = 1
),

carried AS (
  SELECT
    k.person_key, FALSE AS fresh, c.answer, c.place, c.happened_on, c.checked_on, c.remark, c.issued_in, c.received_in,
    c.expires_on, c.source_no, c.row
  FROM carried_answers AS c
  INNER JOIN known_persons AS k ON k.id_number = c.id_number
),

united AS (
  SELECT f.*, coalesce(f.issued_in < c.issued_in, c.issued_in IS NULL AND f.checked_on < c.checked_on, FALSE) AS outdated
  FROM fresh AS f
  LEFT JOIN carried AS c ON c.person_key = f.person_key
  -- The same answer once more, in a file that lies there again, is no new one.
  WHERE NOT (
    f.answer IS NOT DISTINCT FROM c.answer AND f.checked_on IS NOT DISTINCT FROM c.checked_on
    AND f.place IS NOT DISTINCT FROM c.place AND c.person_key IS NOT NULL
  )
  UNION ALL
  SELECT c.*, FALSE AS outdated FROM carried AS c
),

worked AS (
  SELECT person_key, bool_or(is_local) AS here
  FROM employee_spells
  WHERE active AND person_key IN (SELECT person_key FROM united)
  GROUP BY person_key
),

compared AS (
  SELECT
    u.person_key, u.fresh, u.answer, u.place, u.happened_on, u.checked_on, u.remark, u.issued_in, u.received_in, u.source_no,
    u.row, u.outdated, o.verdict, o.reason_code, o.title,
    CASE
      -- Without a day it counts from the end of the month in which the list was to come back: the same list, left lying
      -- there, must not begin anew each month.
      WHEN u.fresh AND u.expires_on IS NULL THEN CAST(
        coalesce(u.checked_on, least(s.as_of, CAST(coalesce(u.issued_in, u.received_in) || '-01' AS DATE) + INTERVAL 2 MONTH - INTERVAL 1 DAY))
        + o.months * INTERVAL 1 MONTH AS DATE)
      ELSE u.expires_on
    END AS expires_on,
    d.person_key IS NOT NULL AND o.reason_code IS DISTINCT FROM 'C2' AS died,
    (y.person_key IS NOT NULL AND coalesce(y.first_paid_on > u.happened_on, TRUE))
    OR coalesce(w.here, FALSE) OR (w.person_key IS NOT NULL AND NOT o.covers_working) AS insured
  FROM united AS u
  CROSS JOIN run_settings AS s
  INNER JOIN answer_options AS o ON o.answer = u.answer
  LEFT JOIN death_days AS d ON d.person_key = u.person_key
  LEFT JOIN resident_years AS y ON y.person_key = u.person_key AND y.year = s.year
  LEFT JOIN worked AS w ON w.person_key = u.person_key
),

stated AS (
  SELECT
    c.*,
    CASE
      -- Who was found uninsured, or said to be insured here, and is, has nothing left to answer.
      WHEN c.insured AND (c.verdict = 'uninsured' OR c.reason_code IS NULL) THEN 'settled'
      WHEN c.insured OR c.died THEN 'contradicted'
      WHEN c.expires_on < s.as_of THEN 'expired'
      ELSE 'in_force'
    END AS state
  FROM compared AS c
  CROSS JOIN run_settings AS s
)

SELECT
  t.*,
  CASE
    WHEN NOT t.fresh THEN NULL
    WHEN t.outdated THEN 'answer_outdated'
    WHEN t.state = 'contradicted' THEN 'answer_contradicted'
    WHEN t.issued_in IS NULL AND h.person_key IS NOT NULL THEN 'answer_unnumbered'
  END AS refused
FROM stated AS t
LEFT JOIN stated AS h
  ON h.person_key = t.person_key AND NOT h.fresh AND h.issued_in IS NOT NULL AND h.state = 'in_force';
