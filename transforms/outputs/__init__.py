"""What people and other programs get: Parquet tables, workbooks, report, manifest, and the published folder of them.

Belongs here: order, headings, wording, layout, hashes, publishing by one rename.
Does not belong here: any decision about a person, a rate or an amount; those stand finished in the engine's tables.

A run goes through `begin_run` (lock, private folder), `write_tables`, `write_workbooks`, `write_report`,
`write_manifest` and ends with `Workspace.publish` or `Workspace.refuse`.
"""
