"""The template tags behind `{% load design %}`, by topic."""
