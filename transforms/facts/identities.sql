-- One row per person and relief code, whatever its sub-class: `current` and `recognised_on` as in `relief_classes`. `family`: the code
-- of the whole of which it is a kind, else its own.
CREATE TABLE identities AS
SELECT
  c.person_key, c.code, coalesce(f.family, c.code) AS family, min(c.recognised_on) AS recognised_on,
  bool_or(c.undated) AS undated, bool_or(c.current) AS current
FROM relief_classes AS c
LEFT JOIN relief_families AS f ON f.code = c.code
GROUP BY c.person_key, c.code, f.family;
