"""What the first page weighs over the wire, with everything it asks for."""

import gzip
import re
import urllib.parse
import urllib.request

from bench.instance import Instance

ASSETS = re.compile(r'<(?:link|script|img)[^>]+(?:href|src)="(/static/[^"]+)"')
FONTS = re.compile(r"url\(\"?([^\")]+\.woff2)\"?\)")


def first_page(instance: Instance, path: str = "/fr/") -> dict[str, int]:
    """Return bytes by kind, as a phone receives them: page, styles, fonts, scripts, images."""
    page = _fetch(instance.url + path)
    addresses = {
        urllib.parse.urljoin(instance.url, found) for found in ASSETS.findall(_plain(page))
    }
    for style in [address for address in addresses if _kind(address) == "styles"]:
        addresses |= {
            urllib.parse.urljoin(style, font) for font in FONTS.findall(_plain(_fetch(style)))
        }
    weights = {"page": len(page)}
    for address in addresses:
        weights[_kind(address)] = weights.get(_kind(address), 0) + len(_fetch(address))
    return weights


def _fetch(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        body: bytes = answer.read()
    return body


def _plain(body: bytes) -> str:
    return (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode()


def _kind(address: str) -> str:
    ending = address.rsplit(".", 1)[-1]
    return {"css": "styles", "js": "scripts", "woff2": "fonts"}.get(ending, "images")
