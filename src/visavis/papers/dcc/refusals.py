"""Why a certificate is not valid: one stable code and one sentence for each reason."""

from enum import StrEnum


class Refusal(StrEnum):
    """The first reason that was found, listed in the order in which they are looked for."""

    TOO_LONG = "too_long"
    NO_PREFIX = "no_prefix"
    NOT_BASE45 = "not_base45"
    NOT_COMPRESSED = "not_compressed"
    BOMB = "bomb"
    LEFT_OVER = "left_over"
    NOT_CBOR = "not_cbor"
    DUPLICATE_KEY = "duplicate_key"
    NESTED_TOO_DEEP = "nested_too_deep"
    NOT_SIGNED = "not_signed"
    HEADER_MALFORMED = "header_malformed"
    HEADER_CRITICAL = "header_critical"
    ALGORITHM_MISSING = "algorithm_missing"
    ALGORITHM_UNSUPPORTED = "algorithm_unsupported"
    KEY_ID_MISSING = "key_id_missing"
    KEY_ID_MALFORMED = "key_id_malformed"
    KEY_UNKNOWN = "key_unknown"
    ALGORITHM_NOT_OF_KEY = "algorithm_not_of_key"
    SIGNATURE_MALFORMED = "signature_malformed"
    SIGNATURE_WRONG = "signature_wrong"
    CLAIMS_MALFORMED = "claims_malformed"
    NOT_YET_ISSUED = "not_yet_issued"
    EXPIRED = "expired"
    SIGNER_OUT_OF_DATE = "signer_out_of_date"
    NO_CERTIFICATE = "no_certificate"
    VERSION_UNSUPPORTED = "version_unsupported"
    NOT_ONE_ENTRY = "not_one_entry"
    SCHEMA = "schema"
    KEY_USAGE = "key_usage"
    REVOKED = "revoked"
    TEST_POSITIVE = "test_positive"
    EVENT_IN_FUTURE = "event_in_future"

    @property
    def sentence(self) -> str:
        """What it means, in English, for whoever reads the output of the command."""
        return SENTENCES[self]


SENTENCES: dict[Refusal, str] = {
    Refusal.TOO_LONG: "The text is longer than any QR code.",
    Refusal.NO_PREFIX: "The text does not begin with HC1:, so it is no certificate of this kind.",
    Refusal.NOT_BASE45: "The text is not base45 in its one valid form.",
    Refusal.NOT_COMPRESSED: "What the text holds is not a complete zlib stream.",
    Refusal.BOMB: "Unpacked, the certificate would be larger than any real one.",
    Refusal.LEFT_OVER: "Something follows the compressed certificate.",
    Refusal.NOT_CBOR: "The bytes are not well-formed CBOR of the kinds that certificates use.",
    Refusal.DUPLICATE_KEY: "A key stands twice, so the certificate could be read in two ways.",
    Refusal.NESTED_TOO_DEEP: "The certificate is nested deeper than any real one.",
    Refusal.NOT_SIGNED: "The bytes are not a COSE message with one signature.",
    Refusal.HEADER_MALFORMED: "A header of the signed message is not of the prescribed form.",
    Refusal.HEADER_CRITICAL: "The header demands that we understand something that we do not know.",
    Refusal.ALGORITHM_MISSING: "The header names no signature algorithm.",
    Refusal.ALGORITHM_UNSUPPORTED: "The signature algorithm is neither ES256 nor PS256.",
    Refusal.KEY_ID_MISSING: "The header names no key.",
    Refusal.KEY_ID_MALFORMED: "The key id is not 8 bytes.",
    Refusal.KEY_UNKNOWN: "No signer of the trust list has this key id.",
    Refusal.ALGORITHM_NOT_OF_KEY: "The named algorithm is not the one of the signer's key.",
    Refusal.SIGNATURE_MALFORMED: "The signature does not have the length of its algorithm.",
    Refusal.SIGNATURE_WRONG: "The signer did not sign this: it was altered or forged.",
    Refusal.CLAIMS_MALFORMED: "Issuer, date of issue or expiry are missing or not of their kind.",
    Refusal.NOT_YET_ISSUED: "The certificate begins to be valid only later.",
    Refusal.EXPIRED: "The certificate has expired.",
    Refusal.SIGNER_OUT_OF_DATE: "The signer's own certificate is not valid at this moment.",
    Refusal.NO_CERTIFICATE: "The message is signed but holds no health certificate.",
    Refusal.VERSION_UNSUPPORTED: "The schema version is not 1.x.",
    Refusal.NOT_ONE_ENTRY: "There is not exactly one vaccination, test or recovery.",
    Refusal.SCHEMA: "The content breaks the schema of the EU.",
    Refusal.KEY_USAGE: "The signer may not sign certificates of this kind.",
    Refusal.REVOKED: "The certificate was revoked.",
    Refusal.TEST_POSITIVE: "The test found the disease.",
    Refusal.EVENT_IN_FUTURE: "The vaccination, test or recovery lies in the future.",
}


class Refused(Exception):
    """A certificate is not valid; `detail` says where, never what stands there."""

    def __init__(self, refusal: Refusal, detail: str = "") -> None:
        super().__init__(refusal, detail)
        self.refusal = refusal
        self.detail = detail
