"""The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes."""

import base64
import hashlib
from datetime import datetime
from random import Random

import pyotp
import segno

from app.storage.store import Store
from app.storage.workspace_tables import Account
from app.usecases.audit_log import Deed, Who, record
from app.usecases.errors import NotSignedIn, SiloscopeError
from app.usecases.passwords import WrongPassword, is_password

STEP = 30
RECOVERY_CODES = 10
#: Without letters and digits that look alike.
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"


class WrongCode(SiloscopeError):
    """Not a code of this account's authenticator, or one that was used."""

    def __init__(self) -> None:
        super().__init__("This code is wrong, too old or was used. Wait for the next one.")


def totp_secret(store: Store, account: Account) -> str:
    """Return the secret of an account in base 32, made from the installation key, kept nowhere."""
    derived = store.installation_key.derive(f"totp {account.id} {account.totp_serial}")
    return base64.b32encode(derived[:20]).decode()


def totp_picture(secret: str, email: str) -> str:
    """Return the QR code by which an authenticator app takes a secret, as a data address."""
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Siloscope")
    return segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff")


def used_step(secret: str, code: str, last_step: int, now: datetime) -> int | None:
    """Return the time step that a code belongs to, or None if it is wrong, old or used.

    One step before and after is taken too, since clocks differ (RFC 6238, 5.2).
    """
    digits = "".join(code.split())
    totp, step = pyotp.TOTP(secret), int(now.timestamp()) // STEP
    for candidate in (step, step - 1, step + 1):
        if candidate > last_step and pyotp.utils.strings_equal(
            totp.generate_otp(candidate), digits
        ):
            return candidate
    return None


def make_recovery_codes(chance: Random) -> tuple[str, ...]:
    """Return new recovery codes, each of 15 signs (74 bits)."""

    def part() -> str:
        return "".join(chance.choice(_SIGNS) for _ in range(5))

    return tuple(f"{part()}-{part()}-{part()}" for _ in range(RECOVERY_CODES))


def hash_recovery_code(code: str) -> bytes:
    """Return the SHA-256 of a recovery code, however it was typed."""
    plain = "".join(filter(str.isalnum, code.lower()))
    return hashlib.sha256(plain.encode()).digest()


def has_second_factor(store: Store, account_id: str) -> bool:
    """Return whether an account has a second factor."""
    with store.reading() as work:
        account = work.accounts.get(account_id)
    return account is not None and account.has_totp


def offered_secret(store: Store, account_id: str) -> tuple[str, str]:
    """Return the secret that an account would use next for its second factor, and its address."""
    with store.reading() as work:
        account = work.accounts.get(account_id)
    if account is None:
        raise NotSignedIn
    return totp_secret(store, _next(account)), account.email


def set_second_factor(
    store: Store,
    account_id: str,
    password: str,
    code: str,
    keep: bytes,
    now: datetime,
    chance: Random,
) -> tuple[str, ...]:
    """Take the offered secret once a code of it is right; return new recovery codes.

    One that is set already is replaced with the password only, and other sessions end.
    Raises WrongPassword or WrongCode.
    """
    codes = make_recovery_codes(chance)
    with store.reading() as work:
        known = work.accounts.get(account_id)
    if known is None or (known.has_totp and not is_password(password, known.password_hash)):
        raise WrongPassword
    with store.writing() as work:
        account = work.accounts.locked(account_id)
        work.sign_ins.end_all(account_id, but=keep)
        step = used_step(totp_secret(store, _next(account)), code, 0, now)
        if step is None:
            raise WrongCode
        account.totp_serial += 1
        account.has_totp, account.totp_step = True, step
        work.accounts.save(account)
        work.accounts.set_recovery_codes(account_id, map(hash_recovery_code, codes))
        record(store, work, Who(account.email), Deed.SECOND_FACTOR_SET, "", now)
        work.commit()
    return codes


def _next(account: Account) -> Account:
    return Account(id=account.id, email=account.email, name="", totp_serial=account.totp_serial + 1)
