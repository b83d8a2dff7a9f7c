-- One row per person with events: the latest day of each kind by the as-of date.
CREATE TABLE event_days AS
SELECT
  e.person_key,
  max(e.event_date) FILTER (WHERE e.event = 'discharged') AS discharged_on,
  max(e.event_date) FILTER (WHERE e.event = 'recruit_returned') AS recruit_returned_on,
  max(e.event_date) FILTER (WHERE e.event = 'released') AS released_on,
  max(e.event_date) FILTER (WHERE e.event = 'community_correction') AS correction_on,
  max(e.event_date) FILTER (WHERE e.event = 'welfare_admitted') AS welfare_admitted_on,
  max(e.event_date) FILTER (WHERE e.event = 'moved_in') AS moved_in_on,
  max(e.event_date) FILTER (WHERE e.event = 'graduated') AS graduated_on
FROM listed_events AS e
CROSS JOIN run_settings AS s
WHERE e.event_date <= s.as_of AND e.person_key IS NOT NULL
GROUP BY e.person_key;
