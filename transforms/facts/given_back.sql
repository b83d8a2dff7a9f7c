-- One row per person and year of whom a negative row says that money was given back here: few have one.
CREATE TABLE given_back AS
SELECT DISTINCT person_key, year
FROM resident_payments
WHERE is_local AND known AND (own_paid < 0 OR subsidy_paid < 0);
