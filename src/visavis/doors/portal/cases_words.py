"""Words for cases: from refusals, problems, states and happenings to sentences."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from visavis.cases import refusals
from visavis.cases.rules import State
from visavis.catalog.definition.fields import Problem
from visavis.catalog.definition.form import FieldType

Words = str | Promise

PROBLEMS: dict[Problem, Words] = {
    Problem.MISSING: _("Answer this question."),
    Problem.TOO_LONG: _("This is too long: at most %(limit)s characters."),
    Problem.NOT_PRINTABLE: _("This contains a character that cannot be printed."),
    Problem.NOT_A_DAY: _("Enter a day that exists, with day, month and year (four digits)."),
    Problem.NOT_A_NUMBER: _("Enter a whole number, in digits."),
    Problem.TOO_SMALL: _("Enter %(limit)s or more."),
    Problem.TOO_LARGE: _("Enter %(limit)s or less."),
    Problem.NOT_A_CHOICE: _("Choose one of the answers."),
    Problem.NOT_OFFERED: _("This answer cannot be chosen now."),
    Problem.NOT_AN_EMAIL: _("Enter an e-mail address, such as name@example.ch."),
    Problem.NOT_A_PHONE: _("Enter a telephone number, such as 079 123 45 67."),
    Problem.NOT_A_POSTAL_CODE: _("Enter a Swiss postal code: four digits."),
    Problem.NOT_AS_EXPECTED: _("This does not look as expected."),
    Problem.CHECK: _("Check this answer."),
    Problem.TOO_MANY_FILES: _("At most %(limit)s files can be sent here. Remove the others."),
    Problem.INFECTED: _("One of these files is harmful. Remove it and send another one."),
}
MISSING: dict[FieldType, Words] = {
    FieldType.CHOICE: _("Choose one of the answers."),
    FieldType.YES_NO: _("Choose yes or no."),
    FieldType.CONFIRM: _("Tick the box to go on."),
    FieldType.DATE: _("Enter day, month and year."),
    FieldType.PARTIAL_DATE: _("Enter at least the year."),
    FieldType.FILE: _("Send the file that is asked for here."),
}
STALE = _(
    "This page was changed on another device in the meantime. You see the newer answers. Check them and go on."
)
REFUSALS: dict[type[Exception], Words] = {
    refusals.NotOpen: _("This can no longer be changed. Here is where your request stands."),
    refusals.Stale: STALE,
    refusals.NotComplete: _("Something is still missing on this page."),
    refusals.NotEligible: _("With these answers, this cannot be asked for."),
    refusals.NotRegistered: _("Sign in or register, so that we know whose request it is."),
    refusals.IdentityTooWeak: _(
        "For this, your identity must be checked first. Go to a counter with an identity document."
    ),
    refusals.NoForm: _("This cannot be asked for here."),
    refusals.WeakNumber: _("Choose a number of exactly four digits."),
    refusals.WrongFacts: _(
        "We find no draft with this code and this answer. Check both, digit by digit. After several wrong tries the draft can only be opened in a branch."
    ),
    refusals.OnlyInABranch: _(
        "There were too many wrong tries. For your protection, this draft can now only be opened in a branch, with the help of the staff. Nothing in it is lost."
    ),
    refusals.BelongsToAnAccount: _(
        "This draft is in an account. Sign in to that account: you find it under “My requests”."
    ),
    refusals.NoWords: _("Write your message."),
    refusals.TooLong: _("This message is too long: at most 2000 characters."),
    refusals.Unanswered: _(
        "The office has not answered your last messages yet. Wait for its answer, or call it."
    ),
    refusals.AlreadyPaid: _(
        "The fee is already paid, so the request cannot be withdrawn here. Please call the office."
    ),
}
STATES: dict[str, tuple[Words, str]] = {
    State.DRAFT: (_("Draft"), "neutral"),
    State.CHECKING: (_("Is being checked"), "waiting"),
    State.SUBMITTED: (_("With the office"), "waiting"),
    State.IN_REVIEW: (_("Being looked at"), "waiting"),
    State.CORRECTION: (_("Your turn: correct"), "info"),
    State.PAYMENT: (_("Your turn: pay"), "info"),
    State.GRANTED: (_("Granted"), "good"),
    State.REFUSED: (_("Not accepted"), "bad"),
    State.WITHDRAWN: (_("Withdrawn"), "neutral"),
    State.LAPSED: (_("Lapsed, not paid"), "bad"),
    State.EXPIRED: (_("Expired"), "neutral"),
}
HAPPENED: dict[str, Words] = {
    "submitted": _("You sent the request"),
    "handed_over": _("The check in the register did not settle it: the office decides"),
    "taken": _("The office began to look at it"),
    "correction": _("The office asked you to correct something"),
    "corrected": _("You sent the correction"),
    "accepted": _("Your request was accepted"),
    "paid": _("The fee was paid"),
    "granted": _("Granted: your paper is ready"),
    "refused": _("Your request was not accepted"),
    "withdrawn": _("You withdrew the request"),
    "lapsed": _("The fee was not paid in time, the request has lapsed"),
}
EXPECTED: dict[str, Words] = {
    "filling_in": _("You fill in the form"),
    "checking_now": _("Your answers are being checked in a register"),
    "with_office": _("The office has it and will look at it"),
    "in_review": _("The office is looking at it"),
    "correct_now": _("It is your turn: correct what is marked"),
    "pay_now": _("It is your turn: pay the fee"),
    "submit": _("You send the request"),
    "office": _("The office looks at it"),
    "result": _("You get the answer"),
    "paper": _("Your paper is issued as soon as it is paid"),
}
UNTIL = {
    "checking_now": _("Answer expected by %(day)s"),
    "with_office": _("Answer expected by %(day)s"),
    "in_review": _("Answer expected by %(day)s"),
    "pay_now": _("Until %(day)s"),
}
YES, NO = _("Yes"), _("No")
