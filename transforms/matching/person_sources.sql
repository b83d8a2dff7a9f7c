-- One row per person: every roster row that names them, as `file|sheet|row`. A view: asked for few persons at a time.
CREATE VIEW person_sources AS
SELECT
  c.person_key,
  list_transform(
    c.source_rows, lambda place: b.labels[place // 10000000000] || CAST(place % 10000000000 AS VARCHAR)
  ) AS sources
FROM cited_rows AS c
CROSS JOIN source_labels AS b;
