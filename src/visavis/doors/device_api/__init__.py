"""The kiosk agent's door."""
