"""Statements as Swiss banks write them, for tests."""

from dataclasses import dataclass, field

STATEMENT_ACCOUNT = "CH5800791123000889012"
BODY = {"053": ("BkToCstmrStmt", "Stmt"), "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn")}


@dataclass(frozen=True)
class Paid:
    """One payment of an entry."""

    amount: str
    reference: str
    bank_reference: str = "TX-1"
    currency: str = "CHF"


@dataclass(frozen=True)
class Entry:
    """One entry, with one payment or several."""

    paid: list[Paid]
    bank_reference: str = "ENTRY-1"
    direction: str = "CRDT"
    reversal: str = "false"
    status: str = "BOOK"
    details: bool = field(default=True)


def statement(
    *entries: Entry, kind: str = "camt.054.001.08", account: str = STATEMENT_ACCOUNT
) -> bytes:
    body, part = BODY[kind[5:8]]
    written = "".join(_entry(entry, version=kind[-2:]) for entry in entries)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{kind}"><{body}>'
        f"<GrpHdr><MsgId>M1</MsgId></GrpHdr><{part}><Id>1</Id>"
        f"<Acct><Id><IBAN>{account}</IBAN></Id></Acct>{written}</{part}></{body}></Document>"
    ).encode()


def _entry(entry: Entry, *, version: str) -> str:
    total = sum(round(float(one.amount) * 100) for one in entry.paid)
    status = f"<Cd>{entry.status}</Cd>" if version == "08" else entry.status
    details = "".join(_details(one, entry, version=version) for one in entry.paid)
    return (
        f'<Ntry><Amt Ccy="{entry.paid[0].currency}">{total / 100:.2f}</Amt>'
        f"<CdtDbtInd>{entry.direction}</CdtDbtInd><RvslInd>{entry.reversal}</RvslInd>"
        f"<Sts>{status}</Sts><BookgDt><Dt>2026-03-27</Dt></BookgDt>"
        f"<AcctSvcrRef>{entry.bank_reference}</AcctSvcrRef><NtryDtls>"
        f"<Btch><NbOfTxs>{len(entry.paid)}</NbOfTxs></Btch>"
        f"{details if entry.details else ''}</NtryDtls></Ntry>"
    )


def _details(one: Paid, entry: Entry, *, version: str) -> str:
    amount = f'<Amt Ccy="{one.currency}">{one.amount}</Amt>'
    amount = f"<AmtDtls><TxAmt>{amount}</TxAmt></AmtDtls>" if version == "02" else amount
    direction = "" if version == "02" else f"<CdtDbtInd>{entry.direction}</CdtDbtInd>"
    return (
        f"<TxDtls><Refs><AcctSvcrRef>{one.bank_reference}</AcctSvcrRef>"
        f"<EndToEndId>NOTPROVIDED</EndToEndId></Refs>{amount}{direction}"
        f"<RltdPties><Dbtr><Nm>Pia Muster</Nm></Dbtr></RltdPties><RmtInf><Strd><CdtrRefInf>"
        f"<Tp><CdOrPrtry><Prtry>QRR</Prtry></CdOrPrtry></Tp><Ref>{one.reference}</Ref>"
        f"</CdtrRefInf></Strd></RmtInf></TxDtls>"
    )
