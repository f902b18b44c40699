"""tocsin: from an advisory to queries that are known to mean what the Sigma rule means."""
