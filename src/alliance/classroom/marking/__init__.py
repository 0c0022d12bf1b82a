"""Hold what the teacher decides: marks by hand, weights, deadlines, groups, and numbers in place of names."""
