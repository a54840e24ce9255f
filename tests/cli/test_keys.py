"""The command `keys`, and where the keys of waves lie."""

import pytest

from app.settings import Settings
from tests.cli.command_line import CommandLine


def test_keys_lie_beside_the_data_and_what_is_amiss_is_told(siloscope: CommandLine) -> None:
    wave = siloscope.launch()
    folder = Settings().wave_keys
    assert not folder.is_relative_to(Settings().data.resolve())
    names = {f"{wave}.{name}" for name in ("links", "spend", "seal", "box", "public")}
    assert {file.name for file in folder.iterdir()} == names | {"CACHEDIR.TAG"}
    assert siloscope("keys").out.endswith("Every open wave has its keys.\n")
    (folder / "strange.links").write_bytes(b"x")
    assert "siloscope keys --destroy strange" in siloscope("keys").out
    assert "1 file destroyed." in siloscope("keys", "--destroy", "strange").out
    (folder / f"{wave}.links").unlink()
    ended = siloscope("keys")
    assert ended.status == 2
    assert f"Keys of the wave {wave} are missing" in ended.out
    assert "1 wave lacks keys." in ended.err


@pytest.mark.parametrize("variable", ["SILOSCOPE_KEYS", "SILOSCOPE_KEYS_MIRROR"])
def test_keys_inside_the_data_folder_are_refused(
    siloscope: CommandLine, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(Settings().data / "keys"))
    assert "lies inside the data folder" in siloscope.refused("keys")


def test_a_mirror_holds_the_same_keys(
    siloscope: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = siloscope.folder.with_name(f"{siloscope.folder.name}-mirror")
    monkeypatch.setenv("SILOSCOPE_KEYS_MIRROR", str(mirror))
    wave = siloscope.launch()
    assert (mirror / f"{wave}.links").read_bytes()
    siloscope("close", wave)
    assert not (mirror / f"{wave}.links").exists()


def test_keys_that_an_older_version_kept_are_taken_over(siloscope: CommandLine) -> None:
    wave = siloscope.launch()
    new = Settings().wave_keys / f"{wave}.links"
    older = Settings().data / "keys" / f"{wave}.key"
    older.parent.mkdir(exist_ok=True)
    key = new.read_bytes()
    new.rename(older)
    assert siloscope("keys").status == 0
    assert new.read_bytes() == key
    assert not older.exists()
