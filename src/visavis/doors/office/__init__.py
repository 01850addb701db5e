"""The case officer's door."""
