"""The one entry for operators: `visavis up`, `visavis doctor`, and the rooms' own commands."""

import os
import sys
from collections.abc import Sequence
from functools import partial

from visavis.config.instance import Misconfigured, from_environment

USAGE = """\
visavis: a canton's online counter

  visavis up                      start everything on one address
  visavis doctor                  check what an installer could have got wrong
  visavis pack check [FOLDER]     check a canton's pack
  visavis pack load [FOLDER]      load it
  visavis journal verify          walk the chain of seals
  visavis paper verify [CODE …]   verify papers, also without network
  visavis paper revoke NUMBER     take a paper back
  visavis paper keys, revoked     print the lists that others need to verify
  visavis dcc verify              verify the EU's COVID certificates, also without network
  visavis dcc issue, keys         make specimens of them, and print who signed (demonstration only)
  visavis dcc revoked             print which of them were taken back
  visavis appointments import …   summonses from a CSV file, a dry run without --apply
  visavis payments import-statement FILE   settle what a bank's statement pays
  visavis notices failed, again   messages that could not be delivered
  visavis demo code NAME          the second factor of a demonstration person, now
  visavis enrol_device CODE KEY   let a kiosk or tablet in
  visavis COMMAND --help          what a command takes

What an instance is told by its environment: docs/reference/settings.md
"""
TOO_EARLY = "This instance has no database yet. Start it once with `make run` (or `visavis up`), which makes it."
WITHOUT_DATABASE = {
    ("pack", "check"),
    ("paper", "verify"),
    ("paper", "keys"),
    ("dcc", "verify"),
    ("dcc", "issue"),
    ("dcc", "keys"),
    ("makemigrations",),
    ("check",),
    ("collectstatic",),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visavis.config.settings")
    if sys.version_info[:2] != (3, 11):
        return _say(
            f"Visavis needs Python 3.11; this is {sys.version.split()[0]}. Install it and run `make run` again."
        )
    if not words or words[0] in ("-h", "--help", "help") or _asks_about_ours(words):
        sys.stdout.write(USAGE)
        return 0
    try:
        return _run(words)
    except Misconfigured as fault:
        return _say(str(fault))
    except KeyboardInterrupt:
        return 130


def _run(words: list[str]) -> int:
    # Imported late: `visavis --help` and a clear sentence come before anything can go wrong.
    from visavis.config import doctor, embedded, up

    instance = from_environment()
    if words[0] == "up":
        return up.run(instance)
    work = partial(doctor.run, instance) if words[0] == "doctor" else partial(_manage, words)
    if instance.database_url or _needs_no_database(words) or up.is_database_up(instance):
        return work()
    try:
        server = embedded.start(instance.var)
    except embedded.DatabaseTrouble as fault:
        return _say(str(fault))
    try:
        if words[0] != "doctor" and not embedded.has_database(instance.var, "visavis"):
            return _say(TOO_EARLY)
        return work()
    finally:
        embedded.stop(server)


def _asks_about_ours(words: list[str]) -> bool:
    """Tell whether somebody wants to know what `up` or `doctor` does, and not to do it."""
    return words[0] in ("up", "doctor") and bool({"-h", "--help"} & set(words))


def _needs_no_database(words: list[str]) -> bool:
    return "--help" in words or any(
        tuple(words[: len(known)]) == known for known in WITHOUT_DATABASE
    )


def _manage(words: list[str]) -> int:
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(["visavis", *words])
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0


def _say(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2
