"""Find what is next on a learner's way, by the code of a wrong answer."""
