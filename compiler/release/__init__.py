"""What tocsin hands out: packages, and the manifest that says how far each query can be trusted."""
