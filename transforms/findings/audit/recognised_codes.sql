-- One row per relief code that some department's roster holds: of any other nobody can say that a person lacks it.
CREATE TABLE recognised_codes AS
SELECT unnest(recognised_families) AS family FROM run_settings;
