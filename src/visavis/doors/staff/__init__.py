"""The door of staff: signing in with a second factor, before the doors where they work."""
