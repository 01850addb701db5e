"""The register to which laboratories report what they found, asked about one person at a time.

One call, documented in `wire.py`; whatever register a canton has is brought to this shape by an
adapter in front of it. The register only proposes: whether a result is this person's is judged by
whoever asks.
"""
