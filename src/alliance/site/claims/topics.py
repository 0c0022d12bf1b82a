"""Name the topics of claims as a reader would."""

from __future__ import annotations

NAMES = {
    "arms_deals": "arms deals",
    "china": "China",
    "civil_defence": "civil defence",
    "india": "India",
    "nato_ukraine": "NATO and Ukraine",
    "north_korea": "North Korea",
    "okinawa": "Okinawa",
    "opinion": "public opinion",
    "russia": "Russia",
    "south_korea": "South Korea",
    "southeast_asia": "Southeast Asia",
    "supply_chain": "supply chains",
    "us_forces": "US forces",
    "us_policy": "US policy",
}
"""Only those that need more than their own word."""


def name(topic: str) -> str:
    """Return a topic's name in a sentence, such as "arms deals"."""
    return NAMES.get(topic, topic.replace("_", " "))
