from tests.visiting import device, site

__all__ = ["device", "site"]
