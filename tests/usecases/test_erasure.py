"""What is left of a closed wave: erased with a certificate, exported, moved, joined to nobody."""

import json
import re
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from app.storage.store import Store
from app.usecases.archives import export_wave
from app.usecases.assessments import (
    WavesLeft,
    remove_assessment,
    view_assessment,
)
from app.usecases.erasure import NotErased, certificate_of, erase_wave, set_retention
from app.usecases.members import Member, UnknownAssessment
from tests.builders import NOW
from tests.usecases.workspace import (
    CHANCE,
    close,
    launched,
)


def test_a_wave_is_erased_with_a_certificate_and_nothing_else_left(
    store: Store, ann: Member, assessment: str, tmp_path: Path
) -> None:
    wave = launched(store, ann, assessment)
    for typed in (wave.wave_id, ""):
        with pytest.raises(NotErased):
            erase_wave(store, ann, wave.wave_id, typed, tmp_path, NOW, CHANCE)
    close(store, wave.wave_id)
    report = tmp_path / "report.pdf"
    report.write_bytes(b"%PDF")
    made = erase_wave(store, ann, wave.wave_id, wave.wave_id, tmp_path, NOW, CHANCE)
    proof = certificate_of(store, ann, made)
    assert (proof.wave, proof.answers, proof.organisation) == (1, 30, "Acme")
    assert not report.exists()
    with store.engine.connect() as connection:
        gone = ("wave", "invitee", "ballot", "asked_unit", "release", "wave_plan", "job")
        for table in (*gone, "spent", "sealed", "sealed_comment"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0
    remove_assessment(store, ann, assessment, NOW)
    with pytest.raises(UnknownAssessment):
        view_assessment(store, ann, assessment)


def test_an_assessment_with_a_wave_stays(store: Store, ann: Member, assessment: str) -> None:
    launched(store, ann, assessment)
    with pytest.raises(WavesLeft):
        remove_assessment(store, ann, assessment, NOW)


def test_a_promised_day_of_erasure_only_comes_nearer(
    store: Store, ann: Member, assessment: str
) -> None:
    wave = launched(store, ann, assessment, retention_days=30)
    for days in (31, None):
        with pytest.raises(NotErased, match="promised"):
            set_retention(store, ann, wave.wave_id, days, NOW)
    set_retention(store, ann, wave.wave_id, 10, NOW)
    close(store, wave.wave_id)
    with store.reading() as work:
        job = work.jobs.get(f"erase:{wave.wave_id}")
    assert job is not None
    assert job.run_at == NOW + timedelta(days=10)


def test_a_day_that_is_past_erases_nothing(store: Store, ann: Member, assessment: str) -> None:
    wave = launched(store, ann, assessment, retention_days=30)
    close(store, wave.wave_id)
    later = NOW + timedelta(days=20)
    with pytest.raises(NotErased, match="at once"):
        set_retention(store, ann, wave.wave_id, 4, later)
    set_retention(store, ann, wave.wave_id, 21, later)


def test_an_archive_shows_nothing_finer_than_the_pages(
    store: Store, ann: Member, assessment: str
) -> None:
    wave = launched(store, ann, assessment)
    close(store, wave.wave_id)
    content = export_wave(store, ann, wave.wave_id, NOW)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        figures = json.loads(archive.read("figures.json"))
    (erp,) = [unit for unit in figures["units"] if unit["name"] == "ERP"]
    # All eight chose level 3 everywhere: an exact share would be the answer of each.
    assert erp["orientations"]["value_stream"]["shares"].count("over 80 %") == 1
    assert not re.search(r'"(se|ad_mean|share_se|tipping_point)"', json.dumps(figures))


def test_an_archive_holds_no_person(store: Store, ann: Member, assessment: str) -> None:
    wave = launched(store, ann, assessment)
    close(store, wave.wave_id)
    content = export_wave(store, ann, wave.wave_id, NOW)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert json.loads(texts["figures.json"])["answered"] == 30
    assert set(json.loads(texts["manifest.json"])["sha256"]) == set(texts) - {"manifest.json"}
    with store.reading() as work:
        people = work.people.of(assessment)
    everything = "".join(texts.values())
    assert not any(p.email in everything or p.id in everything for p in people)
