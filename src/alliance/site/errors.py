"""What a user is told when the site cannot be built."""

from __future__ import annotations


class SiteError(Exception):
    """The site cannot be built; the message is a sentence for the user."""
