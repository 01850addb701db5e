from tests.papers import barcode, claims, folder, signer

__all__ = ["barcode", "claims", "folder", "signer"]
