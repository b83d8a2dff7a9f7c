"""The stages of a run, in the order in which data passes them: see docs/pipeline.md."""
