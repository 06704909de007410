"""Companies by table, by shape and by what a text says of them."""
