"""Money that flows in circles, found and drawn."""
