"""Pools: how groups that are only told together are named, and known again."""

import hashlib
from collections.abc import Sequence

from app.language import gettext as _
from app.language import listed

#: Groups of a pool that its name lists one by one, and letters that they may take together.
MOST_LISTED, LONGEST_LIST = 4, 90


def pool_id(members: Sequence[str]) -> str:
    """Return the id of a pool: the same groups make the same id in every wave."""
    digest = hashlib.sha256("\0".join(sorted(members)).encode()).hexdigest()
    return f"pool-{digest[:12]}"


def pool_name(names: Sequence[str], above: str) -> str:
    """Return the name of a pool: its groups, or how many there are below which unit."""
    if len(names) > MOST_LISTED or sum(map(len, names)) > LONGEST_LIST:
        return _("%(count)s small groups of %(unit)s together", count=len(names), unit=above)
    return _("%(groups)s together", groups=listed(list(names)))
