"""Make the teacher's guide from lessons, exercises and texts on teaching."""
