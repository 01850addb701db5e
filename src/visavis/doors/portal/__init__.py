"""The citizen's door: at home, and in kiosk presentation inside a visit."""
