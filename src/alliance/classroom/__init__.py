"""Hand the course out, collect notebooks, grade a class, and report what to teach next."""
