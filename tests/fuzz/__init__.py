"""Coverage-guided fuzzing of what reads files of unknown origin: `make fuzz`, and for some seconds in the tests."""
