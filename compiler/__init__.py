"""tocsin: from an advisory to queries that are known to mean what the Sigma rule means."""

__version__ = "0.1.0"
