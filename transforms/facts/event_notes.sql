-- One row per person of whom an event counts that only lists of earlier months name: which, and when it was listed.
CREATE TABLE event_notes AS
SELECT person_key, array_to_string(list_sort(list(DISTINCT reason)), '；') AS told
FROM listed_events
WHERE reason IS NOT NULL AND person_key IS NOT NULL
GROUP BY person_key;
