"""What a run needs around the stages: sources, gathering, what it did, and its schedule."""
