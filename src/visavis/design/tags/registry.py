"""The one library that all design tags register with."""

from django.template import Library

register = Library()
