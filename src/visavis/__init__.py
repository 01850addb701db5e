"""Visavis: a canton's online counter, at home, at a kiosk, or with a clerk beside you."""
