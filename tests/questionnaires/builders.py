"""Items and questionnaires of a few words."""

from app.maturity import ACCEPTANCE, Orientation
from app.questionnaires.questionnaire import Instrument, Item, Questionnaire, Scale

SCALES: tuple[Scale, ...] = (*Orientation, ACCEPTANCE)


def item(item_id: str, scale: Scale = Orientation.CUSTOMER, stem: str = "Who?") -> Item:
    return Item(
        id=item_id,
        scale=scale,
        facet="who",
        stem=stem,
        example="Think.",
        anchors=("One.", "Two.", "Three.", "Four.", "Five."),
    )


def questionnaire(kind: str, *items: Item) -> Questionnaire:
    return Questionnaire(kind=kind, title=kind.title(), items=items)


def instrument_of(*questionnaires: Questionnaire) -> Instrument:
    return Instrument(version="1", language="en", title="Test", questionnaires=questionnaires)


def one_of_each(kind: str) -> Questionnaire:
    """Make a questionnaire with one item for each orientation and one of acceptance."""
    return questionnaire(kind, *(item(scale[:2].upper(), scale) for scale in SCALES))
