"""What can go wrong between us and the authority."""


class NoTimestamp(Exception):
    """The authority did not answer, refused, or answered something else; the message says which."""
