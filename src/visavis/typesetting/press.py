"""Runs typst in a process of its own, so that time and memory can be limited and taken back.

Started by `operations.pdf` as a file, never imported by it: it knows nothing of Visavis. It reads
one JSON object on standard input and writes the PDF on standard output; a fault of the template is
written on standard error, with exit code 3.
"""

import json
import resource
import sys
from pathlib import Path

HERE = Path(__file__).parent
MEMORY_BYTES = 2 * 1024**3
TEMPLATE_FAULT = 3


def main() -> int:
    order = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (order["seconds"], order["seconds"]))

    import typst  # after the limits: it starts threads

    files = {
        "main.typ": order["template"].encode(),
        "lib/visavis.typ": (HERE / "library" / "visavis.typ").read_bytes(),
    }
    try:
        pdf, warnings = typst.Compiler(
            input=files,  # type: ignore[type-var]  # the stubs do not know files in memory
            font_paths=typst.Fonts(
                include_system_fonts=False,
                include_embedded_fonts=False,
                font_paths=[str(HERE / "fonts")],
            ),
        ).compile_with_warnings(
            format="pdf",
            sys_inputs={name: order[name] for name in ("data", "language", "title")},
            pdf_standards=["a-3a", "ua-1"],  # archivable with its structure, and accessible
            timestamp=order["made_at"],
        )
    except typst.TypstError as fault:
        sys.stderr.write(fault.diagnostic)
        return TEMPLATE_FAULT
    for warning in warnings:
        sys.stderr.write(f"{warning}\n")
    assert isinstance(pdf, bytes)
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
