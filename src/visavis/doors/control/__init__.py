"""The IT service's and the pilot board's door."""
