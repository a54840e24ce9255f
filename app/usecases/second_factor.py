"""The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes."""

import base64
import hashlib
from datetime import datetime
from random import Random

import pyotp
import segno

from app.storage.store import Store
from app.storage.workspace_tables import Account

STEP = 30
RECOVERY_CODES = 10
#: Without letters and digits that look alike.
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"


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
