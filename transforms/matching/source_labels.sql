-- One row: how each sheet is written in `sources`, by its number.
CREATE TABLE source_labels AS
SELECT map(list(source_no), list(label)) AS labels
FROM source_sheets;
