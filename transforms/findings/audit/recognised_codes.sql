-- One row per relief code that some department's roster holds: of any other nobody can say that a person lacks it.
CREATE TABLE recognised_codes AS
WITH single AS (
  SELECT unnest(categories) AS code FROM staged_relief
)

-- One household monitoring has several names, which rosters and marks use side by side.
SELECT DISTINCT CASE WHEN code LIKE 'monitored%' THEN 'monitored' ELSE code END AS family FROM single;
