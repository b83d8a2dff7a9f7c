"""The command line and its exit codes; Prefect with a real server."""
