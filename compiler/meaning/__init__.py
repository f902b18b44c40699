"""What a rule means on an event: the reference that every converted query is judged by. Shares nothing with pySigma."""
