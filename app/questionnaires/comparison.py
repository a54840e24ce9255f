"""Whether answers to two editions of a catalogue may be compared, item by item."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from app.questionnaires.sources import Catalogue, ItemSource

#: Share of words that stay, from which a new wording may still mean the same.
SAME_MEANING: Final = 0.6


class Verdict(StrEnum):
    """What a change does to comparisons with earlier waves."""

    SAME = "same"
    REWORDED = "reworded"
    CHECK = "check the meaning"
    OTHER = "new or gone"
    BROKEN = "not comparable"


@dataclass(frozen=True)
class Comparison:
    """The verdict on one item, with what changed; `kind` is empty for the common words."""

    item: str
    kind: str
    verdict: Verdict
    change: str

    def __str__(self) -> str:
        where = f"{self.item} ({self.kind})" if self.kind else self.item
        return f"{where}: {self.verdict}" + (f": {self.change}" if self.change else "")


def compare(old: Catalogue, new: Catalogue) -> tuple[Comparison, ...]:
    """Return a verdict for every item of either edition, in the order of the new one.

    Another scale, facet or number of anchors makes an item another one, and so does a stem or
    an anchor of which little is left: fewer than 60 % of its words. An item of the core that is
    new or gone changes its scale; one of a module, or a kind, leaves the others as they are.
    Words that only some kinds use are judged for each of these.
    """
    before, after = _items(old), _items(new)
    core = {item.id for catalogue in (old, new) for item in catalogue.core.items}
    lost = {True: Verdict.BROKEN, False: Verdict.OTHER}
    found = [
        _verdict(before[item_id], item)
        if item_id in before
        else Comparison(item_id, "", lost[item_id in core], "was not asked before")
        for item_id, item in after.items()
    ]
    found += [
        Comparison(item_id, "", lost[item_id in core], "is no longer asked")
        for item_id in before
        if item_id not in after
    ]
    return (*found, *_of_kinds(old, new))


def is_comparable(comparisons: Iterable[Comparison]) -> bool:
    """Return whether no item is broken or in doubt."""
    doubts = (Verdict.CHECK, Verdict.BROKEN)
    return all(one.verdict not in doubts for one in comparisons)


def _items(catalogue: Catalogue) -> dict[str, ItemSource]:
    sources = [catalogue.core.items, *(module.items for module in catalogue.modules.values())]
    return {item.id: item for items in sources for item in items}


def _verdict(old: ItemSource, new: ItemSource) -> Comparison:
    for name, was, is_now in (
        ("scale", old.scale, new.scale),
        ("facet", old.facet, new.facet),
        ("number of anchors", len(old.anchors), len(new.anchors)),
    ):
        if was != is_now:
            change = f"the {name} was {was} and is {is_now}"
            return Comparison(new.id, "", Verdict.BROKEN, change)
    pairs = {"stem": (old.stem, new.stem)}
    pairs |= {
        f"anchor {level}": both
        for level, both in enumerate(zip(old.anchors, new.anchors, strict=True), start=1)
    }
    return _reworded(new.id, "", pairs)


def _of_kinds(old: Catalogue, new: Catalogue) -> Iterable[Comparison]:
    """What kinds word on their own: slots, stems and overrides."""
    before = {kind.id: kind for kind in old.kinds.values()}
    for kind in new.kinds.values():
        was = before.get(kind.id)
        if was is None:
            yield Comparison("all items", kind.id, Verdict.OTHER, "the kind is new")
            continue
        slots = {
            f"slot {name}": (was.slots.get(name, ""), kind.slots.get(name, ""))
            for name in sorted({*was.slots, *kind.slots})
        }
        found = [_reworded("all items", kind.id, slots)]
        for item in _items(new):
            texts, past = kind.overrides.get(item, {}), was.overrides.get(item, {})
            pairs = {
                f"anchor {level}": (past.get(level, ""), texts.get(level, ""))
                for level in sorted({*texts, *past})
            }
            pairs["stem"] = (was.stems.get(item, ""), kind.stems.get(item, ""))
            pairs["example"] = (was.examples.get(item, ""), kind.examples.get(item, ""))
            found.append(_reworded(item, kind.id, pairs))
        yield from (one for one in found if one.verdict is not Verdict.SAME)
    for gone in before.keys() - {kind.id for kind in new.kinds.values()}:
        yield Comparison("all items", gone, Verdict.OTHER, "the kind is gone")


def _reworded(item: str, kind: str, pairs: Mapping[str, tuple[str, str]]) -> Comparison:
    changed = {name: both for name, both in pairs.items() if both[0] != both[1]}
    if not changed:
        return Comparison(item, kind, Verdict.SAME, "")
    # An example calls something to mind; it is not what is answered.
    far = [n for n, both in changed.items() if n != "example" and _kept(*both) < SAME_MEANING]
    verdict = Verdict.CHECK if far else Verdict.REWORDED
    said = "; ".join(f"{name} “{was}” → “{now}”" for name, (was, now) in changed.items())
    return Comparison(item, kind, verdict, said)


def _kept(old: str, new: str) -> float:
    """The share of words that two texts have in common, in order: 0 to 1."""
    return SequenceMatcher(None, old.lower().split(), new.lower().split()).ratio()
