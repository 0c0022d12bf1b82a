"""What a site needs to be found and shared: its address, what is said of its pages, cards, a map for search engines.

`place.py` has the addresses, `head.py` the descriptions in pages' heads, `cards.py` the pictures that go with links,
`around.py` sitemap, robots and the page for addresses that lead nowhere.
"""
