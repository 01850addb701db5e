"""Every change of appointments, by topic."""
