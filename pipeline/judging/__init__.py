"""What people decided about deals: read, matched to the deals they meant, and applied."""
