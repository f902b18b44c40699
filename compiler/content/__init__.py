"""What tocsin reads: advisories, sources, rules and the samples that are their evidence."""
