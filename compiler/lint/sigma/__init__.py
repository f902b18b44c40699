"""Checks of Sigma rules, correlations and filters."""
