"""A line of advice: a sentence that opens to its rule, the figures behind it, and its source."""

from dataclasses import dataclass, field

from app.advice.findings import Evidence
from app.language import N_, gettext


@dataclass(frozen=True)
class AdviceLine:
    """What is said, by which rule, from which released figures, on which passage.

    `key` names the line in its wave: the same question gives the same key, so that an edit of
    a consultant finds its line again.
    """

    key: str
    text: str
    rule: str
    basis: str
    evidence: tuple[Evidence, ...] = field(default=(), compare=False)

    @property
    def why(self) -> str:
        """The rule in words, in the language spoken."""
        return gettext(RULES[self.rule])


#: Each rule of the engine in one sentence.
RULES = {
    "fits": N_("The group's scope level is at least what this stream needs of its kind."),
    "band": N_("The upper end of the band reaches what is needed, and its people would take part."),
    "unwilling": N_("The level is reached, but its people are not sure to take part."),
    "early": N_("The scope level (the lower of overall and value stream) is below what is needed."),
    "split": N_("Two camps in one group: no level describes it, so it talks first."),
    "unsettled": N_("The band covers three levels or more, so the group talks first."),
    "hidden": N_("Too few people answered for an overall level of this group to be shown."),
    "response": N_("Under 40 %% gave usable answers, so no level is named."),
    "common": N_("The widest reach at which every group with a settled level can join."),
    "measures": N_("Measurement is below the stream that the group knows: people act on figures."),
    "acceptance": N_("Its people, or a part of them, would not share a process yet."),
    "neighbour": N_("From level 1 the next step is one process shared with a neighbour."),
    "widen": N_("The step that the model names for this level."),
    "all": N_("Ranked first by how many groups can join, then by reach."),
    "handoff": N_("The difference in scope level between neighbouring groups on the path."),
    "portfolio": N_(
        "Ranked by how much of the path those who can join now cover, for the part of the settled "
        "groups that they are; then by the widest hand-off, the reach, and how sure the levels are."
    ),
}
