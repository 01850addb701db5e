"""What a message gateway refuses with."""


class NotDelivered(Exception):
    """The message did not leave; it may be tried again, here or by another gateway."""


class Unclear(NotDelivered):
    """Nobody knows whether it left: the same gateway is asked again first, under the same key."""


class Refused(NotDelivered):
    """It will never be taken: the address does not exist."""


class NoWay(NotDelivered):
    """This channel is not set up on this instance; the message says which setting is missing."""
