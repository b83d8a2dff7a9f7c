-- One row per rejected row or value, at its place in the file. What only the united rosters show is noted beside it:
-- rows that match nobody after all (contract §4), a person registered twice, and somebody a hundred years old who is not on
-- the list of 百岁老人 although the pack subsidises them (readings: the age alone entitles nobody). So is a file that was
-- handed in last month already, byte for byte.
CREATE TABLE rejects AS
WITH united AS (
  SELECT
    t.roster, t.source_no, t.row, t.rule, 'row' AS severity, coalesce(m.id_shown, '******') AS value, m.id_shown,
    m.name_shown
  FROM taken_back_rows AS t
  LEFT JOIN taken_back_shown AS m
    ON m.source_no = t.source_no AND m.row = t.row AND m.person_key = t.person_key
  UNION ALL
  SELECT
    'household_register', r.source_no, r.row, 'registered_twice', 'note', r.township,
    CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR)
  FROM staged_household_register AS r
  INNER JOIN register_keys AS g ON g.person_key = r.person_key
  WHERE g.repeated AND g.place % 1000000000000000 <> r.source_no * 10000000000 + r.row
  UNION ALL
  SELECT
    'household_register', CAST(g.place % 1000000000000000 // 10000000000 AS INTEGER), g.place % 10000000000,
    'centenarian_not_listed', 'note', CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR)
  FROM person_facts AS f
  INNER JOIN register_keys AS g ON g.person_key = f.person_key
  CROSS JOIN run_settings AS s
  WHERE
    f.in_population
    AND make_date(year(f.birth_date) + 100, month(f.birth_date), least(day(f.birth_date), 28)) <= s.as_of
    AND EXISTS (SELECT 1 FROM pack_subsidies AS p WHERE p.category = 'centenarian')
    AND EXISTS (SELECT 1 FROM supplied AS u WHERE u.roster = 'relief')
    AND f.person_key NOT IN (SELECT i.person_key FROM identities AS i WHERE i.code = 'centenarian' AND i.current)
  UNION ALL
  SELECT
    b.roster, b.source_no, CAST(NULL AS BIGINT), 'file_stale', 'note', CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR)
  FROM source_sheets AS b
  INNER JOIN expected_rosters AS e ON e.roster = b.roster AND e.monthly
  WHERE b.sha256 IN (SELECT i.sha256 FROM previous_inputs AS i)
),

rejected AS (
  SELECT
    roster, source_no, row, "column", rule,
    -- An answer that nobody can read is kept until its person is known, and then taken back as a whole.
    CASE WHEN roster = 'follow_up' AND rule = 'value_unknown' THEN 'row' ELSE severity END AS severity,
    value, advice, cell, id_shown, name_shown
  FROM rejects_raw
  UNION ALL
  SELECT
    u.roster, u.source_no, u.row, coalesce(h.header, ''), u.rule, u.severity, u.value, a.advice,
    h.letters || CAST(u.row AS VARCHAR), u.id_shown, u.name_shown
  FROM united AS u
  INNER JOIN rule_advice AS a ON a.rule = u.rule
  LEFT JOIN source_headers AS h ON u.row IS NOT NULL AND h.source_no = u.source_no AND h.name = 'id_number'
  UNION ALL
  SELECT 'follow_up', f.source_no, f.row, coalesce(h.header, ''), f.rule, f.severity, f.value, a.advice,
    h.letters || CAST(f.row AS VARCHAR), w.id_shown, w.name_shown
  FROM answer_faults AS f
  INNER JOIN rule_advice AS a ON a.rule = f.rule
  LEFT JOIN answers_shown AS w ON w.source_no = f.source_no AND w.row = f.row
  LEFT JOIN source_headers AS h ON h.source_no = f.source_no AND h.name = f.name
  -- The cell that nobody can read is among the rejects of staging already.
  WHERE f.rule <> 'value_unknown'
)

SELECT
  r.roster, s.department, coalesce(w.township, o.township) AS township, s.file, s.sheet, r.row, r."column", r.cell, r.id_shown, r.name_shown, r.rule, r.severity, r.value,
  r.advice
FROM rejected AS r
LEFT JOIN source_sheets AS s ON s.source_no = r.source_no
LEFT JOIN answer_townships AS w ON w.source_no = r.source_no AND w.row = r.row
LEFT JOIN answer_townships AS o ON o.source_no = r.source_no AND o.row IS NULL;
