"""Make the copy of the course that learners get: chosen parts, without what is the teacher's."""
