-- One row per row of a returned work list in which something was filled in: whose it is, by its token, else by a number with
-- the same name, and what is wrong with it (`fault`, a rule; null = nothing so far). A row that names two persons, or a person
-- by another name, is nobody's. `located`: it is somebody's.
CREATE TABLE returned_answers AS
WITH filled AS (
  SELECT
    f.source_no, f.row, f.verdict, coalesce(f.answer, i.answer) AS answer, f.place, f.happened_on, f.checked_on, f.remark,
    f.name_key, o.person_key AS token_key,
    '20' || substring(f.token, length(f.token) - 8, 2) || '-' || substring(f.token, length(f.token) - 6, 2) AS issued_in,
    -- What a spreadsheet may have cut off says nothing beside a token.
    CASE WHEN f.id_quality = 'suspect' AND o.person_key IS NOT NULL THEN NULL ELSE f.person_key END AS own_key
  FROM staged_follow_up AS f
  LEFT JOIN token_owners AS o ON o.token = f.token
  LEFT JOIN answer_options AS i ON i.implied AND i.verdict = f.verdict
  WHERE coalesce(f.verdict, f.answer, f.place, f.remark) IS NOT NULL OR coalesce(f.happened_on, f.checked_on) IS NOT NULL
),

named AS (
  SELECT
    f.*, coalesce(f.token_key, f.own_key) AS person_key, k.birth_date,
    coalesce(f.verdict = 'unread', FALSE) OR coalesce(f.answer = 'unread', FALSE) AS unread,
    CASE
      WHEN f.token_key <> f.own_key THEN 'answer_two_persons'
      WHEN k.person_key IS NULL THEN 'answer_unmatched'
      -- By the token a name need not stand there, by the number alone it must. Where it stands it is the person's: token and
      -- number may have been sorted together, away from name and answer.
      WHEN f.name_key IS NULL AND f.token_key IS NOT NULL THEN NULL
      WHEN f.name_key IS DISTINCT FROM k.name_key THEN 'answer_name_differs'
    END AS unnamed
  FROM filled AS f
  LEFT JOIN known_persons AS k ON k.person_key = coalesce(f.token_key, f.own_key)
),

listed AS (
  SELECT
    n.*, n.unnamed IS NULL AS located,
    -- What nobody can read stands against no other answer: the corrected list often lies beside the first.
    n.unnamed IS NULL AND NOT n.unread AND n.answer IS NOT NULL AS told,
    max(CASE WHEN n.unnamed IS NULL AND NOT n.unread AND n.answer IS NOT NULL THEN n.issued_in END)
      OVER (PARTITION BY n.person_key) AS last_issued_in
  FROM named AS n
),

dated AS (
  SELECT
    l.*,
    -- Given to an earlier list, and not checked after the answer to the last one.
    coalesce(
      l.issued_in < l.last_issued_in
      AND coalesce(
        l.checked_on
        <= min(CASE WHEN l.told AND l.issued_in = l.last_issued_in THEN l.checked_on END) OVER (PARTITION BY l.person_key),
        TRUE
      ),
      FALSE
    ) AS outdated
  FROM listed AS l
),

aged AS (
  SELECT
    n.*,
    (
      year(s.as_of) * 10000 + month(s.as_of) * 100 + day(s.as_of)
      - year(n.birth_date) * 10000 - month(n.birth_date) * 100 - day(n.birth_date)
    ) // 10000 AS age,
    s.as_of + s.answer_latest_days AS latest,
    min(CASE WHEN n.told AND NOT n.outdated THEN n.answer END) OVER (PARTITION BY n.person_key) AS first_answer,
    max(CASE WHEN n.told AND NOT n.outdated THEN n.answer END) OVER (PARTITION BY n.person_key) AS last_answer
  FROM dated AS n
  CROSS JOIN run_settings AS s
)

SELECT
  a.source_no, a.row, a.located, CASE WHEN a.located THEN a.person_key END AS person_key, a.answer, a.place, a.happened_on,
  a.checked_on, a.remark, a.issued_in,
  CASE
    WHEN NOT a.located THEN a.unnamed
    WHEN a.unread THEN 'value_unknown'
    WHEN a.verdict IS NULL AND a.answer IS NULL THEN 'answer_missing'
    WHEN a.answer IS NULL THEN 'answer_reason_missing'
    WHEN a.verdict <> o.verdict THEN 'answer_reason_unfit'
    WHEN a.outdated AND (a.answer <> a.first_answer OR a.answer <> a.last_answer) THEN 'answer_outdated'
    WHEN NOT a.outdated AND a.first_answer <> a.last_answer THEN 'answer_conflict'
    WHEN o.needs_place AND a.place IS NULL THEN 'answer_place_missing'
    WHEN a.checked_on > a.latest OR a.happened_on > a.latest THEN 'answer_date_future'
    WHEN a.age < o.youngest OR a.age > o.oldest THEN 'answer_age'
  END AS fault
FROM aged AS a
LEFT JOIN answer_options AS o ON o.answer = a.answer;
