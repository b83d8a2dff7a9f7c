-- One row per month of `paid_months` that counts where those of an employer are added up: its own row of the month where it has
-- one, else those of its persons; of who has no employer, all. A view.
CREATE VIEW counted_months AS
SELECT m.*
FROM paid_months AS m
LEFT JOIN paid_months AS u ON u.person_key IS NULL AND u.uscc = m.uscc AND u.period = m.period
WHERE m.person_key IS NULL OR u.uscc IS NULL;
