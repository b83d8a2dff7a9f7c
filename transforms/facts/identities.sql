-- One row per person and relief code, whatever its sub-class: `current` and `recognised_on` as in `relief_classes`.
CREATE TABLE identities AS
SELECT
  person_key, code, min(recognised_on) AS recognised_on, bool_or(undated) AS undated, bool_or(current) AS current
FROM relief_classes
GROUP BY person_key, code;
