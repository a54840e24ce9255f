"""Keys that open pages: the consultant's key for everything, a CIO's for one wave."""

from dataclasses import dataclass
from random import Random

from app.storage.store import Store
from app.storage.tables import AccessKey
from app.usecases.ballots import TOKEN_BYTES, hash_token, read_code, write_code
from app.usecases.errors import AccessDenied, UnknownWave


@dataclass(frozen=True)
class Access:
    """What a key opens: the results of one wave, or, with None, all pages."""

    wave_id: str | None

    def may_see(self, wave_id: str) -> bool:
        """Return whether the results of a wave are open to this key."""
        return self.wave_id in (None, wave_id)


def grant_access(store: Store, chance: Random, wave_id: str | None = None) -> str:
    """Make a new key and return it; only its hash is kept. Raises UnknownWave."""
    token = chance.randbytes(TOKEN_BYTES)
    with store.writing() as work:
        if wave_id is not None and work.waves.get(wave_id) is None:
            raise UnknownWave(wave_id)
        work.access_keys.add(AccessKey(key_hash=hash_token(token), wave_id=wave_id))
        work.commit()
    return write_code(token)


def check_access(store: Store, key: str) -> Access:
    """Return what a key opens. Raises AccessDenied for one that opens nothing."""
    token = read_code(key)
    if token is None:
        raise AccessDenied
    with store.reading() as work:
        found = work.access_keys.get(hash_token(token))
    if found is None:
        raise AccessDenied
    return Access(wave_id=found.wave_id)
