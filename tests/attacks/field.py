"""Twenty waves in which people answer in an order that we know, and what an attacker may hold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from scipy.stats import binom

from app.storage.store import Store
from app.storage.submissions import Submission
from tests.builders import instrument, launch
from tests.submissions import records_of, submission, token_hash

#: Groups of a wave: those of one person and of three are the easiest prey.
SIZES = {("One", "", "data"): 1, ("Three", "", "security"): 3, ("Many", "", "applications"): 8}
WAVES, SHARE = 20, 0.6
#: How every sheet and every comment begins: who finds neither has found none of them.
SHEET, COMMENT = "1524351243152435", "canaries sing: "


@dataclass
class Field:
    """Whoever was asked, who of them answered in which order, and what with.

    An attacker has the files, and `links`: the hash of the token of each person by wave. The
    truth, in `answered` and `sheets`, is for counting hits only.
    """

    links: dict[str, list[bytes]] = field(default_factory=dict)
    answered: list[tuple[str, bytes]] = field(default_factory=list)
    sheets: dict[str, bytes] = field(default_factory=dict)
    comments: dict[str, bytes] = field(default_factory=dict)

    @property
    def people(self) -> list[tuple[str, bytes]]:
        """Return the wave and the token of everybody."""
        return [(wave, token) for wave, tokens in self.links.items() for token in tokens]


def ask(
    store: Store,
    share: float = SHARE,
    send: Callable[[Submission], None] | None = None,
    waves: int = WAVES,
) -> Field:
    """Launch the waves, and let a share of all people answer, one commit after the other."""
    chance, found = Random(7), Field()
    codes = []
    for number in range(waves):
        wave = launch(
            store, SIZES, name=f"Client {number}", seed=number + 1, modules=["pain-points"]
        )
        found.links[wave.wave_id] = [token_hash(one.code) for one in wave.invitations]
        codes += [(wave.wave_id, one.code) for one in wave.invitations]
    chance.shuffle(codes)
    items = len(instrument("pain-points").items)
    for wave_id, code in codes[: round(len(codes) * share)]:
        token = token_hash(code)
        sheet = SHEET + "".join(chance.choice("12345") for _ in range(items - len(SHEET))) + "-0"
        comment = f"{COMMENT}{chance.getrandbits(80):020x}" if chance.random() < 0.5 else ""
        sent = submission(store, code, sheet=sheet, comment=comment)
        (send or (lambda one: store.ballot_box.submit(one).result()))(sent)
        found.answered.append((wave_id, token))
        found.sheets[sheet] = token
        if comment:
            found.comments[comment] = token
    return found


def owners_of_boxes(store: Store, asked: Field) -> dict[str, list[bytes]]:
    """Return whose each box is, by wave, in the order in which the boxes lie in the file."""
    return {
        wave: [asked.sheets[record.sheet] for record in records_of(store, wave)]
        for wave in asked.links
    }


def is_chance(hits: int, tries: int, share: float) -> bool:
    """Return whether hits lie inside the 99 % interval of guessing right with a share."""
    low, high = binom.interval(0.99, tries, share)
    return bool(low <= hits <= high)


def best_labels(features: Sequence[object], truth: Sequence[bool]) -> int:
    """Return the hits of an attacker who knows for each feature which answer is the likelier.

    An upper bound: nobody who sees only these features can do better.
    """
    hits = 0
    for feature in set(features):
        labels = [true for seen, true in zip(features, truth, strict=True) if seen == feature]
        hits += max(sum(labels), len(labels) - sum(labels))
    return hits
