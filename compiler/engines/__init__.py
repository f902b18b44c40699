"""What can run a query, one file an engine; this package stands on nothing else of ours."""
