"""Companies by their names: the index that finds them, registers, and a project's own."""
