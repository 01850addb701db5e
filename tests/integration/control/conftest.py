from tests.visiting import begin, device, second_device, site, visit

__all__ = ["begin", "device", "second_device", "site", "visit"]
