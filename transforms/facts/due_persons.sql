-- One row per person enrolled or due in 居民医保 (contract §3, dues) and day on which they pay: enrolled here and not otherwise
-- insured, or in the population, due as a resident and without cover. The dead have none. `pay_day`: the day of payment;
-- unpaid, the next day with an open window, and between two windows also the as-of date (`at_once`).
CREATE TABLE due_persons AS
SELECT f.person_key, TRUE AS paid, coalesce(f.first_paid_on, s.as_of) AS pay_day, FALSE AS at_once
FROM person_facts AS f
CROSS JOIN run_settings AS s
WHERE NOT f.dead AND f.insurance_status = 'resident'
UNION ALL
SELECT f.person_key, FALSE, d.day, d.at_once
FROM person_facts AS f
CROSS JOIN payment_days AS d
WHERE NOT f.dead AND f.in_population AND f.scheme_due = 'resident' AND f.insurance_status = 'none';
