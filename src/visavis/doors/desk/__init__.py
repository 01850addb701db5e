"""The clerk's door: cash at the counter, and the visits at this site. Never a citizen's answers."""
