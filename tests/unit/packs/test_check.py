"""Every way in which a pack may be broken, each made from the fictitious canton by one change."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from visavis.packs.check import check

CANTONS = Path(__file__).parents[3] / "cantons"

Change = Callable[[Path], None]


def replace(file: str, before: str, after: str) -> Change:
    def change(pack: Path) -> None:
        path = pack / file
        text = path.read_text()
        assert before in text, f"{before!r} is no longer in {file}"
        path.write_text(text.replace(before, after, 1))

    return change


def append(file: str, text: str) -> Change:
    return lambda pack: (pack / file).write_text((pack / file).read_text() + text) and None


def write(file: str, content: str | bytes) -> Change:
    raw = content.encode() if isinstance(content, str) else content
    return lambda pack: (pack / file).write_bytes(raw) and None


def remove(*files: str) -> Change:
    def change(pack: Path) -> None:
        for file in files:
            (pack / file).unlink()

    return change


@dataclass(frozen=True, slots=True)
class Broken:
    """One change, and the fault that must be named.

    Attributes:
        at: a text on the line that must be named, or the line's number.
    """

    name: str
    change: Change
    file: str
    at: str | int
    what: str
    how: str


PACK, SITES, DOG = "pack.yaml", "sites.yaml", "services/dog-registration.yaml"
ORGANISATIONS, COMMUNES = "organisations.yaml", "communes.csv"
FISHING, TOKENS = "services/fishing-permit.yaml", "brand/tokens.css"
LIBRARY = "services/library-card.yaml"

BROKEN = [
    Broken("a file is missing", remove("themes.yaml"), "themes.yaml", 1, "this file is missing", "write it"),
    Broken("not YAML", replace(SITES, "kind: townhall", "kind: [townhall"), SITES, 43, "not YAML", "look at this line"),
    Broken("a list that is none", write("themes.yaml", "a: 1\n"), "themes.yaml", 1, "not a list", "hyphen"),
    Broken("an empty file", write("holidays.yaml", "\n"), "holidays.yaml", 1, "empty", "take the file away"),
    Broken("not UTF-8", write("texts/about.fr.md", b"# Titre\n\nd\xe9marches\n"), "texts/about.fr.md", 3, "not UTF-8", "save the file as UTF-8"),
    Broken("byte order mark", write("texts/about.fr.md", "\ufeff# Titre\n"), "texts/about.fr.md", 1, "byte order mark", "without BOM"),
    Broken("an anchor", replace(PACK, "counter_name: {", "counter_name: &x {"), PACK, "&x", "an anchor", "write the value out"),
    Broken("a tag", replace(PACK, "timezone: Europe/Zurich", "timezone: !zone Europe/Zurich"), PACK, "timezone", "a tag", "take the tag away"),
    Broken("a field twice", replace(PACK, "timezone: Europe/Zurich", "timezone: Europe/Zurich\ntimezone: Europe/Paris"), PACK, "Paris", "stands here twice", "keep one"),
    Broken("unknown field", replace(SITES, "hotline: \"+41715550192\"", "hotlin: \"+41715550192\""), SITES, "hotlin:", "“hotlin” is not a field", "hotline"),
    Broken("missing field", replace(ORGANISATIONS, "  kind: provider\n", ""), ORGANISATIONS, "code: harbour", "“kind” is missing", "add kind:"),
    Broken("a language is missing", replace(DOG, "      it: Annunciare un cane\n", ""), DOG, "name:", "it", "fr, de, it, en"),
    Broken("a language is empty", replace("themes.yaml", "it: Animali", "it: \"\""), "themes.yaml", "Animaux", "it", "fr, de, it, en"),
    Broken("no day of the calendar", replace(SITES, "2024-03-01, assumption", "2024-02-30, assumption"), SITES, "2024-02-30", "no day of the calendar", "correct the day"),
    Broken("a day in words", replace("partnership.yaml", "valid_from: 2024-01-08", "valid_from: soon"), "partnership.yaml", "soon", "not a day", "2022-02-10"),
    Broken("ends before it begins", replace("partnership.yaml", "valid_from: 2024-01-08", "valid_from: 2024-01-08\n  valid_until: 2023-01-01"), "partnership.yaml", "code: desk", "not after valid_from", "correct one"),
    Broken("versions overlap", replace(LIBRARY, "valid_until: 2025-07-01", "valid_until: 2025-08-01"), LIBRARY, "versions:", "overlap", "valid_until"),
    Broken("neither source nor assumption", replace(ORGANISATIONS, "  phone: \"+41715550101\"\n  assumption: true\n", "  phone: \"+41715550101\"\n"), ORGANISATIONS, "code: chancellery", "neither a source", "assumption: true"),
    Broken("source and assumption", replace(ORGANISATIONS, "  phone: \"+41715550101\"\n", "  phone: \"+41715550101\"\n  source: INVENTED\n"), ORGANISATIONS, "code: chancellery", "both a source", "either source"),
    Broken("unknown source", replace(ORGANISATIONS, "  phone: \"+41715550101\"\n  assumption: true\n", "  phone: \"+41715550101\"\n  source: INVENTD\n"), ORGANISATIONS, "INVENTD", "not in sources.yaml", "INVENTED"),
    Broken("unknown source of a row", replace(COMMUNES, "9902,Seebruck,Seeland,2020-01-01,,,INVENTED", "9902,Seebruck,Seeland,2020-01-01,,,GUESS"), COMMUNES, "GUESS", "not in sources.yaml", "add it"),
    Broken("unknown kind", replace(ORGANISATIONS, "kind: provider", "kind: firm"), ORGANISATIONS, "kind: firm", "“firm”", "provider"),
    Broken("a code with capitals", replace(SITES, "- code: seebruck\n", "- code: Seebruck\n"), SITES, "code: Seebruck", "“Seebruck”", "small letters"),
    Broken("a code twice", replace(SITES, "- code: musterau\n", "- code: seebruck  # again\n"), SITES, "# again", "stands twice", "another code"),
    Broken("a device twice", replace(SITES, "code: musterau-tablet", "code: seebruck-kiosk  # again"), SITES, "# again", "stands twice", "code of its own"),
    Broken("unknown organisation", replace(SITES, "organisation: post", "organisation: psot"), SITES, "psot", "“psot” is not in organisations.yaml", "post"),
    Broken("unknown office", replace(DOG, "office: musterau", "office: kennel"), DOG, "kennel", "not in organisations.yaml", "add it"),
    Broken("unknown theme", replace(DOG, "themes: [animals]", "themes: [animal]"), DOG, "[animal]", "not in themes.yaml", "animals"),
    Broken("unknown icon", replace("themes.yaml", "icon: dog", "icon: dragon"), "themes.yaml", "dragon", "set of icons", "or write another"),
    Broken("unknown service asked most", replace(PACK, "most_asked: [fishing-permit,", "most_asked: [fishing-permits,"), PACK, "most_asked", "not in services/", "fishing-permit"),
    Broken("unknown site of a partnership", replace("partnership.yaml", "sites: [seebruck, musterau]", "sites: [seebruk, musterau]"), "partnership.yaml", "seebruk", "not in sites.yaml", "seebruck"),
    Broken("unknown issuer", replace(PACK, "organisation: chancellery", "organisation: chancelery"), PACK, "chancelery", "not in organisations.yaml", "chancellery"),
    Broken("another folder", replace(PACK, "code: exemple", "code: example"), PACK, 1, "the folder “exemple”", "same name"),
    Broken("another file", replace(DOG, "code: dog-registration", "code: dogs"), DOG, 1, "the file “dog-registration”", "same name"),
    Broken("a point in the sea", replace(SITES, "latitude: 47.1", "latitude: 7.1"), SITES, "7.1", "not lie in Switzerland", "WGS 84"),
    Broken("coordinates swapped", replace(SITES, "{latitude: 47.1, longitude: 9.3}", "{latitude: 9.3, longitude: 47.1}"), SITES, "latitude: 9.3", "not lie in Switzerland", "swapped"),
    Broken("a telephone number of here", replace(SITES, "\"+41715550192\"", "\"071 555 01 92\""), SITES, "071 555", "international form", "+41324201234"),
    Broken("a number instead of a text", replace(SITES, "postal_code: \"9992\"", "postal_code: 9992"), SITES, "postal_code: 9992", "not a text", "quotes"),
    Broken("impossible hours", replace(SITES, "['07:30-12:00']", "['12:00-07:30']"), SITES, "12:00-07:30", "not a stretch of one day", "08:00-12:00"),
    Broken("unknown weekday", replace(SITES, "saturday: ['09", "samstag: ['09"), SITES, "samstag", "unknown", "'saturday'"),
    Broken("an impossible life", replace(SITES, "state: live, from: 2024-01-08", "state: reduced, from: 2024-01-08"), SITES, "states:", "from announced to reduced", "after announced comes"),
    Broken("states out of order", replace(SITES, "state: live, from: 2024-01-08", "state: live, from: 2020-01-08"), SITES, "states:", "not follow in time", "order"),
    Broken("a live site without a place", replace(SITES, "  coordinates: {latitude: 47.1, longitude: 9.3}\n", ""), SITES, "code: seebruck", "“coordinates” is missing", "announced"),
    Broken("a commune of no time", replace(SITES, "announced, from: 2023-11-01", "announced, from: 2019-11-01"), SITES, "commune: 9902", "did not exist", "was valid"),
    Broken("an unknown commune", replace(SITES, "commune: 9902", "commune: 9999"), SITES, "commune: 9999", "not in communes.csv", "add it"),
    Broken("a commune without number", replace(ORGANISATIONS, "  commune: 9901\n", ""), ORGANISATIONS, "code: musterau", "only communes", "FSO number"),
    Broken("an unknown language", replace(PACK, "languages: [de, fr, it, en]", "languages: [de, fr, it, rm]"), PACK, "rm]", "“rm”", "'en'"),
    Broken("a language forgotten", replace(PACK, "languages: [de, fr, it, en]", "languages: [de, fr, it]"), PACK, "languages:", "each of fr, de, it, en", "list all four"),
    Broken("an unknown time zone", replace(PACK, "Europe/Zurich", "Europe/Bern"), PACK, "Europe/Bern", "not a time zone", "Europe/Zurich"),
    Broken("too few extensions", replace(PACK, "visit_extensions: 12", "visit_extensions: 3"), PACK, "visit_extensions", "3", "at least 10"),
    Broken("a CSV header", replace(COMMUNES, "fso,name", "bfs,name"), COMMUNES, 1, "the header is bfs", "fso,name,district"),
    Broken("a CSV cell too many", replace(COMMUNES, "9902,Seebruck,", "9902,Seebruck,Lake,"), COMMUNES, "Lake", "8 cells instead of 7", "commas"),
    Broken("a CSV word for a number", replace(COMMUNES, "9902,", "99o2,"), COMMUNES, "99o2", "not a number", "digits"),
    Broken("a CSV quote", replace(COMMUNES, "Seebruck", "\"Seebruck"), COMMUNES, "Altmuster", "not CSV", "quotes"),
    Broken("a commune twice", append(COMMUNES, "9901,Musterau,Oberland,2023-01-01,,,INVENTED\n"), COMMUNES, 6, "stands twice", "end one before"),
    Broken("merged into nothing", replace(COMMUNES, "2025-01-01,9901", "2025-01-01,9911"), COMMUNES, "9911", "9911", "add a line"),
    Broken("a locality of nowhere", append("localities.csv", "9994,Nirgends,9999,INVENTED\n"), "localities.csv", "Nirgends", "9999 is not in communes.csv", "correct the number"),
    Broken("a locality twice", append("localities.csv", "9990,Musterau,9901,INVENTED\n"), "localities.csv", 7, "stands twice", "keep one"),
    Broken("an unknown calendar", replace("holidays.yaml", "country: CH", "country: XX"), "holidays.yaml", "XX", "knows no holidays", "ISO"),
    Broken("an unknown holiday", replace("holidays.yaml", "also:", "working: [Neujahrstg]\nalso:"), "holidays.yaml", "Neujahrstg", "not in the library", "Neujahrstag"),
    Broken("a day that no year has", replace("holidays.yaml", "{month: 3, day: 15", "{month: 2, day: 30"), "holidays.yaml", "day: 30", "no year has", "correct the day"),
    Broken("no text of the law", remove(*(f"texts/privacy.{one}.md" for one in ("fr", "de", "it", "en"))), "texts/privacy.fr.md", 1, "this text is missing", "four languages"),
    Broken("a text in three languages", remove("texts/privacy.it.md"), "texts/privacy.it.md", 1, "missing in it", "write texts/privacy.it.md"),
    Broken("no agreement", remove(*(f"texts/agreement-2024-01-01.{one}.md" for one in ("fr", "de", "it", "en"))), "texts", 1, "no agreement", "agreement-<first day>"),
    Broken("a text without title", write("texts/privacy.it.md", "Senza titolo\n"), "texts/privacy.it.md", 1, "begin with its title", "# Title"),
    Broken("HTML in a text", append("texts/privacy.it.md", "\n<script>alert(1)</script>\n"), "texts/privacy.it.md", "<script>", "HTML", "Markdown"),
    Broken("a text of no language", write("texts/notes.md", "# Notes\n"), "texts/notes.md", 1, "language", "<name>.fr.md"),
    Broken("a stranger", write("sites.yml", "[]\n"), "sites.yml", 1, "nothing reads this file", "correct its name"),
    Broken("a pale accent", replace(TOKENS, "--accent: #3b4a9c", "--accent: #99aaff"), TOKENS, "--accent:", "contrasts with white", "darker"),
    Broken("no accent", replace(TOKENS, "  --accent: #3b4a9c;\n", ""), TOKENS, 1, "--accent is missing", "add --accent"),
    Broken("an address in the brand", append(TOKENS, "@import url(https://example.ch/x.css);\n"), TOKENS, "@import", "an address", "loads nothing"),
    Broken("style in the brand", append(TOKENS, "body { display: none; }\n"), TOKENS, "body", "does not belong here", "properties"),
    Broken("a brace too few", replace(TOKENS, "}", ""), TOKENS, 16, "brace", "close every"),
    Broken("a picture that runs", replace("brand/wordmark.svg", "</svg>", "\n<script>1</script></svg>"), "brand/wordmark.svg", "<script>", "script", "only draws"),
    Broken("a picture that calls", replace("brand/wordmark.svg", "</svg>", "<a href=\"https://x.ch\"/></svg>"), "brand/wordmark.svg", 1, "reaches outside", "take it out"),
    Broken("a picture that is none", write("brand/attract.svg", "<svg"), "brand/attract.svg", 1, "not SVG", "plain SVG"),
    Broken("a picture that does not scale", write("brand/attract.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"), "brand/attract.svg", 1, "no viewBox", "add one"),
    Broken("form without form", replace(DOG, "access: link", "access: form"), DOG, "valid_from", "no form:", "definition.md"),
    Broken("link without link", replace(DOG, "    links: {de: 'https://hund.example.ch/', fr: 'https://hund.example.ch/fr'}\n", ""), DOG, "valid_from", "no address", "links:"),
    Broken("a link that is none", replace(DOG, "https://hund.example.ch/fr", "www.hund.example.ch"), DOG, "www.hund", "not a web address", "https://"),
    Broken("a private form", replace("services/guest-berth.yaml", "access: link", "access: branch"), "services/guest-berth.yaml", "access:", "private provider", "access: link"),
    Broken("a price below nothing", replace(DOG, "cost_cents: 8000", "cost_cents: -1"), DOG, "cost_cents", "-1", "at least 0"),
    Broken("a long summary", replace(DOG, "en: Register your dog with", f"en: {'word ' * 45}with"), DOG, "summary:", "in en", "at most 200"),
    Broken("a service like a site", lambda pack: _rename_service(pack, "seebruck"), "services/seebruck.yaml", 1, "also a site", "another code"),
    Broken("a definition's unknown field", replace(FISHING, "constants:", "constant:"), FISHING, "constant:", "“constant” is not a field", "constants"),
    Broken("an overlay of nothing", replace("demo/overlay.yaml", "  seebruck: [", "  seebrook: ["), "demo/overlay.yaml", "seebrook", "not in sites.yaml", "seebruck"),
    Broken("a kiosk nowhere", replace("demo/overlay.yaml", "kiosk: seebruck-kiosk", "kiosk: seebruck-kiosq"), "demo/overlay.yaml", "kiosq", "not in the devices", "seebruck-kiosk"),
    Broken("a role nowhere", replace("demo/people.yaml", "officer@waters", "officer@water"), "demo/people.yaml", "officer@water", "not in organisations.yaml", "waters"),
    Broken("no service", lambda pack: shutil.rmtree(pack / "services"), "services", 1, "no service", "services/<code>.yaml"),
]  # fmt: skip


def _rename_service(pack: Path, code: str) -> None:
    old = pack / DOG
    text = old.read_text().replace("code: dog-registration", f"code: {code}", 1)
    (pack / f"services/{code}.yaml").write_text(text)


@pytest.fixture
def pack(tmp_path):
    folder = tmp_path / "exemple"
    shutil.copytree(CANTONS / "exemple", folder)
    return folder


@pytest.mark.parametrize("canton", ["jura", "exemple"])
def test_finds_nothing_wrong_with_our_packs(canton):
    assert check(CANTONS / canton).faults == []


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_names_file_line_what_and_how(broken, pack):
    broken.change(pack)

    faults = check(pack).faults

    fitting = [
        fault
        for fault in faults
        if fault.file == broken.file and broken.what in fault.what and broken.how in fault.how
    ]
    assert fitting, [str(fault) for fault in faults]
    assert line_of(broken, pack) in {fault.line for fault in fitting}, [str(f) for f in fitting]


def line_of(broken, pack):
    if isinstance(broken.at, int):
        return broken.at
    lines = (pack / broken.file).read_text().splitlines()
    return next(number for number, line in enumerate(lines, start=1) if broken.at in line)


def test_says_all_faults_at_once(pack):
    replace(PACK, "timezone: Europe/Zurich", "timezone: Europe/Bern")(pack)
    replace(SITES, "latitude: 47.1", "latitude: 7.1")(pack)
    replace(DOG, "themes: [animals]", "themes: [animal]")(pack)

    faults = check(pack).faults

    assert [fault.file for fault in faults] == [PACK, DOG, SITES]


def test_a_fault_inside_an_item_is_not_said_again_where_it_is_named(pack):
    replace(ORGANISATIONS, "  kind: post\n", "  kind: postoffice\n")(pack)

    faults = check(pack).faults

    assert [fault.file for fault in faults] == [ORGANISATIONS]


def test_a_folder_that_does_not_exist_is_one_fault(tmp_path):
    (fault,) = check(tmp_path / "nowhere").faults

    assert "no folder nowhere" in fault.what
