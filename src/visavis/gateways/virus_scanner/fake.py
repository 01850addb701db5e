"""A fake of the virus scanner, for every world but live: it knows two strings and nothing else.

It is no protection. It finds the harmless test file that all scanners know (EICAR), and any file
that holds one of these words, and misbehaves where a file asks for it:

- `VISAVIS-TEST-VIRUS`: found,
- `VISAVIS-SCANNER-DOWN`: nobody answers,
- `VISAVIS-SCANNER-SLOW`: the verdict takes as long as `slow_s` says,
- `VISAVIS-SCANNER-GARBLED`: the answer is no verdict,
- `VISAVIS-SCANNER-LIMIT`: the file is too large for it.

Pictures are drawn anew before they are scanned, so that such a word reaches the fake in a PDF only.
"""

import time
from dataclasses import dataclass

from visavis.gateways.virus_scanner.errors import Garbled, TooLargeToScan, Unreachable
from visavis.gateways.virus_scanner.types import Signatures, Verdict

# In two parts, so that no real scanner takes this source for the file.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
MARKER = b"VISAVIS-TEST-VIRUS"


@dataclass(frozen=True, slots=True)
class Fake:
    """One pretended scanner."""

    slow_s: float = 5.0

    def scan(self, content: bytes) -> Verdict:
        """Pretend to scan, as `types.Scanner` says."""
        if b"VISAVIS-SCANNER-DOWN" in content:
            raise Unreachable("fake: down on request")
        if b"VISAVIS-SCANNER-GARBLED" in content:
            raise Garbled("fake: garbled on request")
        if b"VISAVIS-SCANNER-LIMIT" in content:
            raise TooLargeToScan("fake: too large on request")
        if b"VISAVIS-SCANNER-SLOW" in content:
            time.sleep(self.slow_s)
        if EICAR in content:
            return Verdict("Eicar-Test-Signature")
        return Verdict("Visavis.Test.UNOFFICIAL" if MARKER in content else "")

    def signatures(self) -> Signatures:
        """Say that there are none."""
        return Signatures("fake", None)
