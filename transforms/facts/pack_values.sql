-- One row per value of the pack as it holds on the as-of date, moved into the benefit year; what somebody owes is looked up on a
-- day of their own (dues_amounts). `value` is null while the value is 待定.
CREATE VIEW pack_values AS
SELECT v.name, v.value, v.state, v.clause
FROM pack_value_spans AS v
INNER JOIN run_settings AS s ON s.values_on BETWEEN v.holds_from AND v.holds_to;
