"""Accounts: links that work once, passwords, second factors, and what sessions open."""

from datetime import datetime, timedelta
from random import Random

import pyotp
import pytest

from app.storage.store import Store
from app.storage.workspace_tables import Job
from app.usecases.accounts import (
    RESET,
    BadAddress,
    LinkEnded,
    NotConfirmed,
    OwnerExists,
    accept_link,
    add_link,
    ask_for_reset,
    change_password,
    create_owner,
    find_link,
    request_reset,
)
from app.usecases.errors import NotSignedIn
from app.usecases.members import (
    LastOwner,
    Member,
    Role,
    change_member,
    create_client,
    invite_member,
    list_members,
)
from app.usecases.passwords import PasswordTooWeak, WrongPassword
from app.usecases.second_factor import (
    WrongCode,
    offered_secret,
    set_second_factor,
    totp_secret,
)
from app.usecases.sign_in import (
    IDLE,
    LONGEST,
    SecondFactorMissing,
    SignInRefused,
    UnknownClient,
    find_session,
    give_second_factor,
    sign_in,
    sign_out_everywhere,
    start_session,
    work_for,
)
from tests.builders import NOW

EMAIL, PASSWORD = "olive@example.org", "seven small boats at noon"
CHANCE = Random(7)
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def owner(store: Store) -> str:
    """Return the id of an owner who has joined, without a second factor yet."""
    return accept_link(store, create_owner(store, EMAIL, NOW, CHANCE), "Olive", PASSWORD, NOW)


def set_up(store: Store, account: str, now: datetime = NOW, password: str = "") -> tuple[str, ...]:
    code = pyotp.TOTP(offered_secret(store, account)[0]).at(now)
    return set_second_factor(store, account, password, code, b"", now, CHANCE)


def code_of(store: Store, account_id: str, now: datetime) -> str:
    with store.reading() as work:
        account = work.accounts.get(account_id)
    assert account is not None
    return pyotp.TOTP(totp_secret(store, account)).at(now)


def test_the_first_owner_is_made_once(store: Store, owner: str) -> None:
    assert owner
    for email in (EMAIL, "other@example.org"):
        with pytest.raises(OwnerExists):
            create_owner(store, email, NOW, CHANCE)


@pytest.mark.parametrize("email", ["", "olive", "a b@c.de", "a@b", "a@b.c\n\nd"])
def test_an_owner_needs_an_address(store: Store, email: str) -> None:
    with pytest.raises(BadAddress):
        create_owner(store, email, NOW, CHANCE)


def test_an_address_keeps_its_domain(store: Store) -> None:
    # To a comparison without case "ß" is "ss", to the mail it is another domain.
    code = create_owner(store, " Ann@Straße.Example ", NOW, CHANCE)
    holder = find_link(store, code, NOW)
    assert holder.email == "ann@straße.example"


def test_a_link_works_once_and_for_a_week(store: Store) -> None:
    old = create_owner(store, EMAIL, NOW, CHANCE)
    code = create_owner(store, EMAIL, NOW + timedelta(seconds=1), CHANCE)
    with pytest.raises(LinkEnded):
        find_link(store, old, NOW)
    assert find_link(store, code, NOW + timedelta(days=7)).email == EMAIL
    with pytest.raises(LinkEnded):
        find_link(store, code, NOW + timedelta(days=8))
    accept_link(store, code, "Olive", PASSWORD, NOW)
    with pytest.raises(LinkEnded):
        accept_link(store, code, "Eve", PASSWORD, NOW)


@pytest.mark.parametrize(
    "password", ["short", "password1234", "aaaaaaaaaaaaaaaa", "olive@example.org1", "x" * 201]
)
def test_a_password_that_is_guessed_is_refused(store: Store, password: str) -> None:
    code = create_owner(store, EMAIL, NOW, CHANCE)
    with pytest.raises(PasswordTooWeak):
        accept_link(store, code, "Olive", password, NOW)
    assert find_link(store, code, NOW)


def test_a_wrong_password_and_an_unknown_address_are_told_alike(store: Store, owner: str) -> None:
    said = set()
    for email, password in ((EMAIL, "wrong"), ("nobody@example.org", PASSWORD)):
        with pytest.raises(SignInRefused) as error:
            sign_in(store, email, password, NOW, CHANCE)
        said.add(str(error.value))
    assert len(said) == 1
    assert sign_in(store, f" {EMAIL.upper()} ", PASSWORD, NOW, CHANCE)


def test_with_a_second_factor_the_password_opens_nothing(store: Store, owner: str) -> None:
    set_up(store, owner)
    token = sign_in(store, EMAIL, PASSWORD, NOW, CHANCE)
    with pytest.raises(SecondFactorMissing):
        find_session(store, token, NOW, required=True)
    later = NOW + timedelta(minutes=2)
    code = code_of(store, owner, later)
    new = give_second_factor(store, token, code, later, CHANCE)
    assert find_session(store, new, later, required=True).member.email == EMAIL
    for spent in (token, ""):
        with pytest.raises(NotSignedIn):
            find_session(store, spent, later, required=True)
    again = sign_in(store, EMAIL, PASSWORD, later, CHANCE)
    with pytest.raises(WrongCode):  # the same code again
        give_second_factor(store, again, code, later, CHANCE)


def test_a_recovery_code_signs_in_once(store: Store, owner: str) -> None:
    first, *_others = set_up(store, owner)
    for works in (True, False):
        token = sign_in(store, EMAIL, PASSWORD, NOW, CHANCE)
        if works:
            assert give_second_factor(store, token, first.upper(), NOW, CHANCE)
        else:
            with pytest.raises(WrongCode):
                give_second_factor(store, token, first, NOW, CHANCE)


def test_a_second_factor_is_replaced_with_the_password_only(store: Store, owner: str) -> None:
    set_up(store, owner)
    with pytest.raises(WrongPassword):
        set_up(store, owner, password="wrong")
    assert set_up(store, owner, password=PASSWORD)


def test_a_new_second_factor_ends_other_sessions_and_its_first_code_is_spent(
    store: Store, owner: str
) -> None:
    before = start_session(store, owner, NOW, CHANCE)
    set_up(store, owner)
    with pytest.raises(NotSignedIn):
        find_session(store, before, NOW, required=False)
    token = sign_in(store, EMAIL, PASSWORD, NOW, CHANCE)
    with pytest.raises(WrongCode):  # whoever looked over the shoulder has it too
        give_second_factor(store, token, code_of(store, owner, NOW), NOW, CHANCE)


def test_a_password_set_by_a_link_ends_all_sessions(store: Store, owner: str) -> None:
    session = start_session(store, owner, NOW, CHANCE)
    with store.writing() as work:
        code = add_link(store, work, owner, NOW + timedelta(hours=1), by_mail=True)
        work.commit()
    accept_link(store, code, "", f"{PASSWORD} three", NOW)
    with pytest.raises(NotSignedIn):
        find_session(store, session, NOW, required=False)


def test_a_changed_password_ends_links_that_were_asked_for(store: Store, owner: str) -> None:
    with store.writing() as work:
        code = add_link(store, work, owner, NOW + timedelta(hours=1), by_mail=True)
        work.commit()
    assert find_link(store, code, NOW).account_id == owner
    change_password(store, owner, PASSWORD, f"{PASSWORD} too", b"", NOW)
    with pytest.raises(LinkEnded):
        find_link(store, code, NOW)


def test_consultants_are_asked_for_a_second_factor_and_viewers_are_not(
    store: Store, owner: str
) -> None:
    token = start_session(store, owner, NOW, CHANCE)
    assert find_session(store, token, NOW, required=True).needs_second_factor
    assert not find_session(store, token, NOW, required=False).needs_second_factor


def test_sessions_end_by_themselves_and_everywhere(store: Store, owner: str) -> None:
    token, other = (start_session(store, owner, NOW, CHANCE) for _ in range(2))
    assert find_session(store, token, NOW + IDLE, required=False)
    with pytest.raises(NotSignedIn):
        find_session(store, other, NOW + IDLE + timedelta(seconds=1), required=False)
    with pytest.raises(NotSignedIn):
        find_session(store, token, NOW + LONGEST + timedelta(seconds=1), required=False)
    member = find_session(store, token, NOW + IDLE, required=False).member
    sign_out_everywhere(store, member, NOW)
    with pytest.raises(NotSignedIn):
        find_session(store, token, NOW, required=False)


def test_a_changed_password_ends_other_sessions(store: Store, owner: str) -> None:
    kept, other = (start_session(store, owner, NOW, CHANCE) for _ in range(2))
    session = find_session(store, kept, NOW, required=False)
    with pytest.raises(WrongPassword):
        change_password(store, owner, "wrong", f"{PASSWORD} too", session.token_hash, NOW)
    change_password(store, owner, PASSWORD, f"{PASSWORD} too", session.token_hash, NOW)
    assert find_session(store, kept, NOW, required=False)
    with pytest.raises(NotSignedIn):
        find_session(store, other, NOW, required=False)


def test_a_reset_is_mailed_to_known_addresses_only(store: Store, owner: str) -> None:
    for email in ("nobody@example.org", EMAIL):
        ask_for_reset(store, email, NOW)
    with store.reading() as work:
        mails = [state for state in work.jobs.states() if state.queue == "mail"]
    assert [state.count for state in mails] == [1]


def test_a_reset_that_failed_does_not_end_all_later_ones(store: Store, owner: str) -> None:
    def jobs() -> list[Job]:
        with store.reading() as work:
            return [job for job in work.jobs.troubled(9) if job.name == RESET]

    request_reset(store, EMAIL, NOW)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE job SET state = 'failed', error = 'x'")
    assert len(jobs()) == 1
    request_reset(store, EMAIL, NOW)
    assert jobs() == []


@pytest.fixture
def boss(store: Store, owner: str) -> Member:
    """Return the owner of a client."""
    made = create_client(store, Member(owner, "Olive", EMAIL), "Acme", NOW, CHANCE)
    return Member(owner, "Olive", EMAIL, True, made, "Acme", Role.OWNER)


def test_an_organisation_keeps_an_owner(store: Store, boss: Member) -> None:
    for role in (Role.VIEWER, None):
        with pytest.raises(LastOwner):
            change_member(store, boss, boss.account_id, role, NOW)
    with pytest.raises(LastOwner):
        invite_member(store, boss, EMAIL, Role.VIEWER, NOW, CHANCE, has_mail=True)
    invite_member(store, boss, "ann@example.org", Role.OWNER, NOW, CHANCE, has_mail=True)
    change_member(store, boss, boss.account_id, Role.VIEWER, NOW)
    assert {line.email: line.role for line in list_members(store, boss)} == {
        EMAIL: Role.VIEWER,
        "ann@example.org": Role.OWNER,
    }


def test_who_invites_last_takes_over_nobodys_account(store: Store, boss: Member) -> None:
    code = invite_member(store, boss, "carol@x.org", Role.OWNER, NOW, CHANCE, has_mail=False)
    assert find_link(store, code, NOW).email == "carol@x.org"
    # Whoever lost the link gets another one, from the client that invited them.
    code = invite_member(store, boss, "carol@x.org", Role.OWNER, LATER, CHANCE, has_mail=False)
    assert find_link(store, code, NOW).email == "carol@x.org"
    other = create_client(store, boss, "Other", NOW, CHANCE)
    eve = Member(boss.account_id, "Eve", "eve@x.org", False, other, "Other", Role.OWNER)
    with pytest.raises(NotConfirmed):
        invite_member(store, eve, "carol@x.org", Role.VIEWER, NOW, CHANCE, has_mail=False)
    # Nor is a squatter let in: the address was never confirmed by mail.
    accept_link(store, code, "Mallory", PASSWORD, NOW)
    with pytest.raises(NotConfirmed):
        invite_member(store, eve, "carol@x.org", Role.OWNER, NOW, CHANCE, has_mail=True)


def test_a_session_turns_to_its_own_clients_only(store: Store, boss: Member) -> None:
    token = start_session(store, boss.account_id, NOW, CHANCE)
    session = find_session(store, token, NOW, required=False)
    assert session.member.organisation == "Acme"
    with pytest.raises(UnknownClient):
        work_for(store, session, "0123456789")
