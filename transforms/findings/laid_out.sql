-- One row per person who paid the whole contribution, as a subsidy that is given afterwards asks (先缴后补): what they laid out.
CREATE TABLE laid_out AS
SELECT d.person_key, d.advance AS amount
FROM dues_amounts AS d
INNER JOIN person_facts AS f ON f.person_key = d.person_key
WHERE d.paid AND d.advance > 0 AND f.own_paid = d.own_due + d.fiscal_due + d.advance;
