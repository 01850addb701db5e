"""The door of other systems: documented addresses for machines, signed, without cookies."""
