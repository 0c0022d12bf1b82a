"""The claims as readers look them up: a page for each, a list to sort and filter, and reviews for other programs.

`topics.py` names topics, `tasks.py` finds where a claim is worked on, `listed.py` brings this together, `review.py`
writes ClaimReview, `pages.py` the pages.
"""
