"""The size of a wave's boxes, which must not tell what is in them."""

from app.questionnaires.answers import sheet_length
from app.questionnaires.questionnaire import Instrument
from app.storage.sealing import LARGE, SMALL

#: Bytes of a box beside the sheet and the comment: nonce, tag, version, lengths, id of the unit.
_AROUND = 100


def box_size(instrument: Instrument) -> int:
    """Return the bytes of every box of a wave: where a comment is asked, for everybody the same."""
    is_long = sheet_length(len(instrument.items)) > SMALL - _AROUND
    return LARGE if instrument.asks_comment or is_long else SMALL
