"""The clerk's door."""
