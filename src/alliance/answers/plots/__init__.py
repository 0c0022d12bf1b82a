"""A plot as an answer: read what it shows, compare it, write it as tables."""
