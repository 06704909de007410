"""Text as several stages need it: words, what XML allows, documents that say the same."""
