"""What each rule was expected to do, and what it did: cases, scenarios and the baseline on the reference."""
