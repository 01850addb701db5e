"""The fake without a network, for tests of our side."""

from dataclasses import dataclass, field
from datetime import date

from visavis.gateways.laboratory_register.errors import Unreachable
from visavis.gateways.laboratory_register.fake.people import Fault, found
from visavis.gateways.laboratory_register.types import Result, Wanted

SILENT = frozenset({Fault.SLOW, Fault.DOWN, Fault.GARBLED})


@dataclass(slots=True)
class InProcessRegister:
    """A register that answers as well or as badly as it is told; `asked` lists the questions."""

    today: date
    fault: Fault = Fault.GOOD
    asked: list[Wanted] = field(default_factory=list)

    def results_for(self, wanted: Wanted) -> list[Result]:
        self.asked.append(wanted)
        if self.fault in SILENT:
            raise Unreachable(self.fault)
        return found(wanted, today=self.today, fault=self.fault)
