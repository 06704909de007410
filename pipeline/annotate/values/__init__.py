"""Stakes, quantities, rounds and dates."""
