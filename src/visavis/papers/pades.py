"""Writes an electronic signature into a PDF (PAdES, level B-B, or B-T with a timestamp).

The signature is an update behind the file: no byte of what was set before is changed, so whoever
cuts it off has the page as typst made it. It is not seen on the page. A screen reader meets it as
the last element, with a name, because PDF/UA wants each field in the structure.

Importing this takes half a second of pyHanko: whoever signs imports it when there is something to
sign, and no process does at its start.
"""

# mypy: allow-untyped-calls
# pyHanko is half typed.

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

from asn1crypto import cms, tsp  # type: ignore[import-untyped]  # it has no types
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import PdfSignedData
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from visavis.foundation.loops import run
from visavis.gateways.timestamps.client import Authority
from visavis.gateways.timestamps.errors import NoTimestamp
from visavis.papers.pdf_signing import PrivateKey

FIELD = "Signature"
DIGEST = "sha256"
SPOKEN = {  # what a screen reader says, in the language of the file
    "fr": "Signature électronique",
    "de": "Elektronische Signatur",
    "it": "Firma elettronica",
    "en": "Electronic signature",
}
name = generic.pdf_name


class _Update(IncrementalPdfFileWriter):
    """An update that leaves title, dates and producer as they are: they say who set the page."""

    def _update_meta(self) -> None:
        pass


class _Stamper(TimeStamper):
    """An authority as pyHanko asks one. It asks once more in its life, to learn a reply's size."""

    def __init__(self, authority: Authority) -> None:
        super().__init__()
        self.authority = authority

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        reply = self.authority.stamp(req.dump())
        try:
            read = tsp.TimeStampResp.load(reply)
            if read["status"]["status"].native != "granted":
                return read  # pyHanko says why not
            said = read["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
            asked = [
                (one["message_imprint"]["hashed_message"].native, one["nonce"].native)
                for one in (said, req)
            ]
        except (ValueError, TypeError, KeyError) as fault:
            raise NoTimestamp(f"refused, or not a reply: {type(fault).__name__}") from fault
        if asked[0] != asked[1]:
            raise NoTimestamp("the reply is to something else")
        return read

    async def async_dummy_response(self, md_algorithm: str) -> cms.ContentInfo:
        try:
            return await super().async_dummy_response(md_algorithm)
        except (ValueError, TypeError, KeyError, AssertionError) as fault:
            # pyHanko looks for the authority's certificate, and by its issuer only.
            raise NoTimestamp(f"without a certificate: {type(fault).__name__}") from fault


_stamper = cache(_Stamper)


def software_signer(
    private: PrivateKey, certificate: bytes, chain: Sequence[bytes] = ()
) -> signers.Signer:
    """Return what signs with a private key in the memory of this process.

    Args:
        certificate: the key's own, DER.
        chain: the certificates above it as far as a reader will need them, DER.
    """
    (own,) = load_certs_from_pemder_data(certificate)
    store = SimpleCertificateStore()
    for one in chain:
        store.register_multiple(load_certs_from_pemder_data(one))
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return signers.SimpleSigner(
        signing_cert=own,
        signing_key=load_private_key_from_pemder_data(der, passphrase=None),
        cert_registry=store,
    )


def signed(
    pdf: bytes, *, signer: signers.Signer, now: datetime, authority: Authority | None = None
) -> bytes:
    """Return the PDF with a signature over all of it.

    Args:
        pdf: tagged, not encrypted, not signed yet.
        signer: a key in memory, or a provider's vault behind pyHanko's interface.
        authority: whoever says when; without it the signer says so itself.

    Raises:
        NoTimestamp: the authority did not say when.
    """
    timestamper = _stamper(authority) if authority else None
    room = _room(signer, timestamper)
    # An update begins on a line of its own, PDF/A says; typst ends its last line without an end.
    update = _Update(io.BytesIO(pdf if pdf.endswith(b"\n") else pdf + b"\n"))
    spoken = SPOKEN.get(str(update.root.get("/Lang", ""))[:2], SPOKEN["en"])
    place = SigFieldSpec(FIELD, readable_field_name=spoken)
    steps = PdfCMSEmbedder(new_field_spec=place).write_cms(FIELD, update)
    field = next(steps)
    _put_into_structure(update, field)
    steps.send(
        SigObjSetup(
            sig_placeholder=PdfSignedData(
                obj_type=name("/Sig"),
                subfilter=SigSeedSubFilter.PADES,
                timestamp=now.astimezone(UTC),
                bytes_reserved=room,
            )
        )
    )
    digest, output = steps.send(SigIOSetup(md_algorithm=DIGEST, in_place=False))
    message = _message(signer, digest.document_digest, timestamper)
    if timestamper and 2 * len(message) > room:
        _stamper.cache_clear()  # the authority has changed: the next paper learns the size anew
        raise NoTimestamp("the reply is longer than the one before")
    steps.send(message)
    assert isinstance(output, io.BytesIO)
    return output.getvalue()


def _message(
    signer: signers.Signer,
    digest: bytes,
    timestamper: TimeStamper | None,
    *,
    only_its_size: bool = False,
) -> bytes:
    message = signer.async_sign(
        digest, DIGEST, dry_run=only_its_size, use_pades=True, timestamper=timestamper
    )
    try:
        made: bytes = run(message).dump()
    except TimestampRequestError as fault:
        raise NoTimestamp(str(fault)) from fault
    return made


def _room(signer: signers.Signer, timestamper: TimeStamper | None) -> int:
    """Return how many hexadecimal digits to keep free; signatures differ by some bytes in length."""
    size = len(_message(signer, bytes(32), timestamper, only_its_size=True))
    return 2 * (size + size // 4)


def _put_into_structure(update: IncrementalPdfFileWriter, field: generic.IndirectObject) -> None:
    """Make the field an element of the document's structure, behind all others."""
    tree = update.root["/StructTreeRoot"]
    document = tree["/K"][0]
    widget = field.get_object()
    key = int(tree["/ParentTreeNextKey"])
    page = widget.raw_get("/P")
    reference = generic.DictionaryObject(
        {name("/Type"): name("/OBJR"), name("/Obj"): field, name("/Pg"): page}
    )
    element = generic.DictionaryObject(
        {
            name("/Type"): name("/StructElem"),
            name("/S"): name("/Form"),
            name("/P"): tree["/K"].raw_get(0),
            name("/K"): generic.ArrayObject([reference]),
        }
    )
    added = update.add_object(element)
    widget[name("/StructParent")] = generic.NumberObject(key)
    document["/K"].append(added)
    tree["/ParentTree"]["/Nums"].extend([generic.NumberObject(key), added])
    tree[name("/ParentTreeNextKey")] = generic.NumberObject(key + 1)
    for changed in (tree, document["/K"], tree["/ParentTree"]["/Nums"]):
        update.update_container(changed)
