"""Look at files before they are read as notebooks: what they are, and what reads them."""
