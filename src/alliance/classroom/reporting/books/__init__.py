"""Write the tables that go to a school's system, or that a teacher opens beside the gradebook."""
