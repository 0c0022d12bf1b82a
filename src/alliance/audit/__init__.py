"""Judge the claims of the two articles: arithmetic with rounding, and dates, as code."""
