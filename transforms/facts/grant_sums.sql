-- One row per due person whom any grant fits: what all of them come to, and those that stand beside a subsidy (`besides`). Empty where
-- one of them is; `open_ordinal`, `besides_open`: the first that nobody can tell.
CREATE TABLE grant_sums AS
SELECT
  person_key,
  CASE WHEN NOT bool_or(unknown OR amount IS NULL) THEN sum(amount) END AS whole,
  CASE
    WHEN NOT coalesce(bool_or(unknown OR amount IS NULL) FILTER (WHERE besides), FALSE)
      THEN coalesce(sum(amount) FILTER (WHERE besides), 0)
  END AS besides,
  min(ordinal) FILTER (WHERE unknown) AS open_ordinal,
  min(ordinal) FILTER (WHERE unknown AND besides) AS besides_open
FROM grant_offers
GROUP BY person_key;
