"""What can go wrong in the terms of the domain; each says what to do next."""

from app.language import ENGLISH


class SiloscopeError(Exception):
    """Something a person can understand and mend; its text is meant for them."""


class UnknownCode(SiloscopeError):
    """A link or code that no ballot belongs to."""


class SurveyOver(SiloscopeError):
    """A ballot that cannot be used any more; `language` is the one its wave speaks."""

    def __init__(self, language: str = ENGLISH) -> None:
        super().__init__()
        self.language = language


class BallotUsed(SurveyOver):
    """The link was used to send answers already; only sending others says so."""


class WaveClosed(SurveyOver):
    """The survey is over."""


class SeatsTaken(SurveyOver):
    """A unit's shared code has given all the answers that it may."""


class NothingAnswered(SiloscopeError):
    """A sheet without any answer; only a machine that presses buttons sends one."""


class CommentTooLong(SiloscopeError):
    """A comment of more characters than are taken; `length` is how many it has."""

    def __init__(self, length: int) -> None:
        super().__init__(f"A comment of {length} characters is too long.")
        self.length = length


class UnknownWave(SiloscopeError):
    """No wave has this id."""

    def __init__(self, wave_id: str) -> None:
        super().__init__(f"There is no wave “{wave_id}”. It was erased, or its id is another one.")


class NoReleaseYet(SiloscopeError):
    """Results exist only after the wave is closed."""

    def __init__(self, wave_id: str) -> None:
        super().__init__(
            f"Wave {wave_id} is still open, and results exist only after it is closed: "
            f"run “siloscope close {wave_id}” first."
        )


class SubtractionPossible(SiloscopeError):
    """Figures that, beside what was released before, would single out too few people."""


class UnknownUnit(SiloscopeError):
    """No unit of this wave has this id."""


class AccessDenied(SiloscopeError):
    """The page needs a key that opens it."""


class NotSignedIn(SiloscopeError):
    """The page needs somebody who signed in."""
