"""What a message gateway refuses with."""


class NotDelivered(Exception):
    """The message did not leave; it may be tried again."""


class NoWay(Exception):
    """This channel is not set up on this instance; the message says which setting is missing."""
