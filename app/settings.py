"""The only place that reads the environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

#: Ports that browsers leave out of an address.
_USUAL_PORTS = {"http": ":80", "https": ":443"}


class Settings(BaseSettings):
    """How this installation runs. Every field can be set as SILOSCOPE_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="SILOSCOPE_", frozen=True, extra="ignore")

    #: Folder of the embedded database, the installation's key and rendered reports.
    data: Path = Path("data")
    #: Folder of the keys of open waves, never backed up; empty: beside the data folder.
    keys: Path | None = None
    #: Another folder that holds the same keys, on another disk.
    keys_mirror: Path | None = None
    #: SQLAlchemy URL; empty means an SQLite file in `data`.
    database: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    #: Public address, used for every link that leaves; empty means http://host:port.
    base_url: str = ""
    #: Mail server, e.g. smtp://user:password@host:587; empty: no mail leaves.
    mail: str = ""
    #: Address that mail comes from, and to which it bounces.
    mail_from: str = ""
    #: Mails a second, at most.
    mail_rate: float = Field(default=5.0, gt=0, le=1000, allow_inf_nan=False)
    #: Seconds after which the work of a process that died is taken up by another one.
    lease: float = Field(default=60.0, ge=0.2, le=3600, allow_inf_nan=False)
    #: Whether consultants need a second factor; the example on one's own machine goes without.
    second_factor: bool = True

    @property
    def database_url(self) -> str:
        """The database as an SQLAlchemy URL."""
        return self.database or f"sqlite:///{self.data.resolve() / 'siloscope.sqlite'}"

    @property
    def public_url(self) -> str:
        """The public address as browsers write it: small letters, no usual port, no slash."""
        address = (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")
        scheme, apart, rest = address.partition("://")
        host, slash, path = rest.partition("/")
        host = host.lower().removesuffix(_USUAL_PORTS.get(scheme.lower(), ":"))
        return f"{scheme.lower()}{apart}{host}{slash}{path}"

    @property
    def secrets(self) -> Path:
        """Where the installation's key is: outside the database, and backed up apart from it."""
        return self.data / "keys"

    @property
    def wave_keys(self) -> Path:
        """Where the keys of open waves are: beside the data, so that no backup of it takes them."""
        data = self.data.resolve()
        return self.keys or data.with_name(f"{data.name}-keys")

    @property
    def reports(self) -> Path:
        """Where rendered reports are kept."""
        return self.data / "reports"
