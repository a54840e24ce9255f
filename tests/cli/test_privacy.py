"""The command `privacy-check`."""

from tests.cli.command_line import CommandLine


def test_a_clean_installation_says_what_was_tried(siloscope: CommandLine) -> None:
    ended = siloscope("privacy-check")
    assert ended.status == 0
    assert "nobody could be joined to an answer" in ended.out
    assert "ok    canary answers, comments and codes in any spelling, after its close" in ended.out


def test_where_waves_are_open_it_writes_only_if_told(siloscope: CommandLine) -> None:
    wave = siloscope.launch()
    assert "add --yes" in siloscope.refused("privacy-check")
    ended = siloscope("privacy-check", wave, "--yes")
    assert ended.status == 0
    assert ended.out.count("sizes of the boxes") == 2


def test_a_leak_ends_with_another_status(siloscope: CommandLine) -> None:
    wave = siloscope.launch()
    with siloscope.store() as store, store.engine.begin() as connection:
        connection.exec_driver_sql("CREATE INDEX one ON sealed (kem)")
        connection.exec_driver_sql("DROP INDEX one")
        key = store.wave_keys.read(wave, "seal") or b""
    (siloscope.folder / "backup").write_bytes(key)
    ended = siloscope("privacy-check", wave, "--yes")
    assert ended.status == 2
    assert "LEAK  copies of keys in the data folder: seal in backup." in ended.out
    assert "1 way should not have worked." in ended.err
