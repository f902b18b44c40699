"""Published field lists of the SIEMs, one field a line: tables that ``schema`` reads and ``refresh`` rewrites."""
