"""One table: what each error of the domain says to a person, and its HTTP status."""

from dataclasses import dataclass

from fastapi.exceptions import RequestValidationError

from app.language import N_
from app.reports.pdf import RendererBusy, ReportFailed
from app.usecases import errors
from app.usecases.accounts import LinkEnded
from app.usecases.advice import LineGone, UnknownTopic
from app.usecases.assessments import WaveRunning, WavesLeft
from app.usecases.erasure import UnknownCertificate
from app.usecases.fieldwork import NoPlan, WaveOver
from app.usecases.members import NoMember, UnknownAssessment
from app.usecases.planning import PlanLocked
from app.usecases.roster_drafts import NoDraft
from app.usecases.sign_in import (
    SecondFactorMissing,
    SecondFactorNeeded,
    UnknownClient,
)
from app.web.forms import UnreadableForm
from app.web.session import ForeignForm, NoClientChosen


@dataclass(frozen=True)
class Explanation:
    """A status with what happened and what to do next; `own` adds the error's own text."""

    status: int
    title: str
    text: str
    own: bool = False


TABLE: dict[type[Exception], Explanation] = {
    errors.UnknownCode: Explanation(
        404,
        N_("This link is not known"),
        N_(
            "Compare it with your invitation; part of it may be missing. You can also type the "
            "code."
        ),
    ),
    errors.WaveClosed: Explanation(
        410,
        N_("This survey is closed"),
        N_(
            "Answers can no longer be sent. The results show groups, never single persons; who "
            "reads them stands on the sheet that your invitation links to."
        ),
    ),
    errors.AccessDenied: Explanation(
        403,
        N_("This page is not open to you"),
        N_("Sign in with an account that may see it, or open it with the link you were given."),
    ),
    errors.UnknownWave: Explanation(404, N_("There is no such wave"), "", own=True),
    errors.UnknownUnit: Explanation(404, N_("There is no such group"), "", own=True),
    UnknownAssessment: Explanation(404, N_("There is no such assessment"), "", own=True),
    NoMember: Explanation(404, N_("There is no such member"), "", own=True),
    UnknownClient: Explanation(404, N_("There is no such client"), "", own=True),
    UnknownCertificate: Explanation(404, N_("There is no such certificate"), "", own=True),
    LinkEnded: Explanation(403, N_("This link does not work any more"), "", own=True),
    WaveRunning: Explanation(409, N_("A wave is open"), "", own=True),
    WavesLeft: Explanation(409, N_("The assessment has waves"), "", own=True),
    WaveOver: Explanation(409, N_("The wave is closed"), "", own=True),
    NoPlan: Explanation(409, N_("The wave has no plan"), "", own=True),
    NoDraft: Explanation(404, N_("No roster is being imported"), "", own=True),
    PlanLocked: Explanation(409, N_("The wave was launched"), "", own=True),
    ForeignForm: Explanation(
        403,
        N_("The form could not be taken"),
        N_("Your session may have ended, or the page was old. Open it anew, and send it again."),
    ),
    LineGone: Explanation(409, N_("That line is gone"), "", own=True),
    UnknownTopic: Explanation(404, N_("There is no such project"), "", own=True),
    errors.NoReleaseYet: Explanation(
        409,
        N_("No results yet"),
        N_(
            "Results exist only after the wave is closed, all at once, so that nobody can watch "
            "single answers arrive."
        ),
    ),
    errors.SubtractionPossible: Explanation(409, N_("These figures cannot be shown"), "", own=True),
    RendererBusy: Explanation(
        503, N_("Other documents are being made"), N_("Try again in a minute.")
    ),
    ReportFailed: Explanation(503, N_("The report cannot be made here"), "", own=True),
    UnreadableForm: Explanation(
        400, N_("The form could not be read"), N_("Go back, reload the page and send it again.")
    ),
    RequestValidationError: Explanation(
        404, N_("There is no such page"), N_("Check the address, or use your own link.")
    ),
}
DATABASE_AWAY = Explanation(
    503,
    N_("Just a moment"),
    N_("The database does not answer. Nothing you entered was stored or lost; try again soon."),
)

KEYS_MISSING = Explanation(
    503,
    N_("The keys of this survey are missing"),
    N_(
        "Nothing you entered was stored or lost. Whoever runs this site has to put the folder of "
        "keys back; then try again."
    ),
)

#: For a form that came after its session ended; without one, people are led to sign in.
SIGNED_OUT = Explanation(
    403,
    N_("You were signed out"),
    N_("Nothing was changed, and what you typed is here. Sign in, then send it from this page."),
)

#: Where somebody is led who has to do something else first.
FIRST: dict[type[Exception], str] = {
    errors.NotSignedIn: "/sign-in",
    SecondFactorMissing: "/sign-in/code",
    SecondFactorNeeded: "/account/second-factor",
    NoClientChosen: "/clients",
}

BY_STATUS = {
    404: Explanation(
        404, N_("There is no such page"), N_("Check the address, or use your own link.")
    ),
    405: Explanation(
        405, N_("This page cannot be used that way"), N_("Start again from your link.")
    ),
    413: Explanation(
        413,
        N_("That is too much"),
        N_(
            "The form is larger than any of our pages sends, or the file larger than 5 MB. Go "
            "back: what you entered is still there."
        ),
    ),
}
UNWRITABLE = Explanation(
    503,
    N_("The server cannot use its files"),
    N_(
        "Its disk may be full. Tell whoever runs this site, look whether the deed was done, and "
        "try again."
    ),
)
UNEXPECTED = Explanation(
    500,
    N_("Something went wrong on our side"),
    N_("It was noted without your answers. Try again soon."),
)
