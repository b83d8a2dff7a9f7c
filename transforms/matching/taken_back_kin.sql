-- What the rows taken back say of the household (`kin_rows`, of which they are no part any more). Empty: matching fills it when
-- it takes rows back.
CREATE TABLE taken_back_kin AS
SELECT *
FROM kin_rows
LIMIT 0;
