"""McDonald's omega: what one factor made is found again, and odd data gives no nonsense."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.factor import Floats, omega

LOADINGS = st.lists(st.floats(0.2, 0.95), min_size=3, max_size=11)


def one_factor(loadings: list[float], unique: list[float]) -> Floats:
    """The covariances of items that one factor of variance 1 makes."""
    return np.outer(loadings, loadings) + np.diag(unique)


@given(LOADINGS, st.floats(0.1, 2.0))
def test_what_one_factor_made_is_found_again(loadings: list[float], noise: float) -> None:
    unique = [noise * (1 + place % 3) for place in range(len(loadings))]
    common = sum(loadings) ** 2
    expected = common / (common + sum(unique))
    assert omega(one_factor(loadings, unique)) == pytest.approx(expected, abs=1e-6)


@given(st.integers(0, 10_000), st.integers(3, 9), st.integers(12, 80))
def test_omega_of_answers_at_random_stays_between_0_and_1(seed: int, items: int, n: int) -> None:
    answers = np.random.default_rng(seed).integers(1, 6, (n, items))
    found = omega(np.cov(answers, rowvar=False))
    assert found is None or 0 <= found <= 1


def test_an_item_without_noise_of_its_own_is_borne() -> None:
    """A Heywood case: the unique variance goes to its lower end, and the fit ends there."""
    loadings, unique = [1.0, 0.6, 0.5, 0.4], [0.64, 0.75, 0.84]
    for own in (1e-5, 1e-9):
        found = omega(one_factor(loadings, [own, *unique]))
        assert found == pytest.approx(6.25 / (6.25 + 2.23), abs=1e-3)


def test_too_few_items_or_one_that_never_varies_have_no_omega() -> None:
    assert omega(np.eye(2)) is None
    assert omega(np.diag([1.0, 1.0, 0.0])) is None
    assert omega(np.ones((3, 3))) is None
