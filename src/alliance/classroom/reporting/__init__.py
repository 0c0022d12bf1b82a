"""Say what a class's results mean: to learners, to teachers, to the school's system."""
