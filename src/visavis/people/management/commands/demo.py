"""`visavis demo load` and `visavis demo code NAME`: the invented people of a demonstration."""

from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from pydantic import TypeAdapter

from visavis.foundation import database
from visavis.foundation.actor import Actor
from visavis.people import demonstration, second_factor
from visavis.people.schema import DemonstrationPerson

PEOPLE = TypeAdapter(list[DemonstrationPerson])


class Command(BaseCommand):
    help = "Load the invented people of the demonstration, or show the code of one's second factor."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser(
            "load", help="make the people of demo/people.yaml and write their logins"
        )
        code = actions.add_parser("code", help="print the code that a person's app shows now")
        code.add_argument("name", help="as printed at the start, such as an address or a code")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        try:
            if action == "load":
                self._load()
            else:
                self._code(options["name"])
        except demonstration.NotInLive:
            raise CommandError("This is the live world: there are no invented people.") from None

    def _load(self) -> None:
        path = Path(settings.PACK) / "demo" / "people.yaml"
        if not path.exists():
            raise CommandError(f"{path} does not exist: this pack has no invented people.")
        people = PEOPLE.validate_python(yaml.safe_load(path.read_text()))
        logins = demonstration.load(people, actor=Actor.system("demo"), now=database.now())
        for login in logins:
            self.stdout.write(f"{login.login}  {login.password}  {login.who}")

    def _code(self, name: str) -> None:
        user = demonstration.account_of(name)
        if user is None:
            known = ", ".join(login.code for login in demonstration.logins()) or "nobody yet"
            raise CommandError(f"There is no invented person {name!r}. There are: {known}.")
        code = second_factor.current_code(user)
        if code is None:
            raise CommandError(f"{name} needs no second factor: only staff have one.")
        self.stdout.write(code)
