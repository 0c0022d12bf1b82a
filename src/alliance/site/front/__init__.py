"""What stands on the first page alone: what a check says, how long the course takes, three claims that surprise."""
