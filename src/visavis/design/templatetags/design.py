"""`{% load design %}`: every component, listed in docs/reference/design.md."""

from visavis.design.tags import blocks, fields, pieces
from visavis.design.tags.registry import register

__all__ = ["blocks", "fields", "pieces", "register"]
