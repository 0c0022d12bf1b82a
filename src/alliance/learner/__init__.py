"""What a learner asks for: what is done and what is left, and a fresh copy of an exercise."""
