"""The shell around the pipeline: settings in, exit codes out. See README.md of this folder."""
