"""What differs between two states of the deals, and how to show it."""
