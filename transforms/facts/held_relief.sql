-- One row per due person and day of payment with relief identities that they held on that day: their codes.
CREATE TABLE held_relief AS
SELECT p.person_key, p.pay_day, list_sort(list(i.code)) AS codes
FROM due_persons AS p
INNER JOIN identities AS i ON i.person_key = p.person_key AND (i.undated OR i.recognised_on <= p.pay_day)
GROUP BY p.person_key, p.pay_day;
