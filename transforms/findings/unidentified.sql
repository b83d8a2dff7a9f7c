-- One row per township and village: register rows whose number could not be used.
CREATE TABLE unidentified AS
SELECT township, village, count(*) AS persons
FROM unusable_rows
WHERE roster = 'household_register'
GROUP BY township, village;
