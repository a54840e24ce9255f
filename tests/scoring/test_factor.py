"""McDonald's omega: what one factor made is found again, and no fit is worse than another's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from app.scoring.factor import Floats, _fit, _misfit, omega

LOADINGS = st.lists(st.floats(0.2, 0.95), min_size=3, max_size=11)
SEEDS = st.integers(0, 100_000)

#: Answers with next to nothing in common, on which a fit without a bound to its damping stalled.
STALLED = (
    (1, -0.01762, 0.041002, -0.009429, 0.035727, -0.057459),
    (-0.01762, 1, 0.070625, 0.01433, -0.033435, -0.002097),
    (0.041002, 0.070625, 1, -0.012526, -0.07167, 0.04098),
    (-0.009429, 0.01433, -0.012526, 1, 0.037438, -0.058545),
    (0.035727, -0.033435, -0.07167, 0.037438, 1, -0.022365),
    (-0.057459, -0.002097, 0.04098, -0.058545, -0.022365, 1),
)


def one_factor(loadings: list[float], unique: list[float]) -> Floats:
    """The covariances of items that one factor of variance 1 makes."""
    return np.outer(loadings, loadings) + np.diag(unique)


def correlations(seed: int, items: int, n: int, shared: float) -> Floats:
    """The correlations of made-up answers from 1 to 5; `shared` is how much people differ."""
    chance = np.random.default_rng(seed)
    people = chance.normal(size=(n, 1)) * shared
    noise = chance.normal(size=(n, items)) * chance.uniform(0.6, 1, items)
    answers = np.clip(np.round(3 + people + noise), 1, 5)
    return np.asarray(np.corrcoef(answers, rowvar=False))


def least_misfit(observed: Floats) -> float:
    """The least misfit that a general optimiser finds from where our fit begins."""
    items = len(observed)
    values, vectors = np.linalg.eigh(observed)
    first = vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.1))
    found = minimize(
        lambda at: _misfit(at, observed)[:2],
        np.concatenate([first, np.log(np.maximum(1 - first**2, 0.1))]),
        jac=True,
        method="L-BFGS-B",
        bounds=[(None, None)] * items + [(-14.0, 5.0)] * items,
        options={"maxiter": 2000, "ftol": 1e-15, "gtol": 1e-9},
    )
    return float(found.fun)


@given(LOADINGS, st.floats(0.1, 2.0))
def test_what_one_factor_made_is_found_again(loadings: list[float], noise: float) -> None:
    unique = [noise * (1 + place % 3) for place in range(len(loadings))]
    common = sum(loadings) ** 2
    expected = common / (common + sum(unique))
    assert omega(one_factor(loadings, unique)) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("items", "shared"), [(6, 0.7), (6, 0.2), (3, 0.6), (9, 0.4)])
def test_no_general_optimiser_fits_better(items: int, shared: float) -> None:
    told = 0
    for seed in range(40):
        observed = correlations(seed, items, 120, shared)
        found = _fit(observed)
        if found is not None:
            told += 1
            assert _misfit(found, observed)[0] <= least_misfit(observed) + 1e-7
    assert told >= 37, "only answers that share nothing have no best fit"


def test_answers_with_little_in_common_are_fitted_to_the_end() -> None:
    observed = np.array(STALLED)
    found = _fit(observed)
    assert found is not None
    assert _misfit(found, observed)[0] <= least_misfit(observed) + 1e-8
    assert omega(observed) == pytest.approx(0.1862, abs=1e-3)


@given(SEEDS, st.integers(3, 8))
def test_the_derivatives_are_those_of_the_misfit(seed: int, items: int) -> None:
    chance = np.random.default_rng(seed)
    observed = correlations(seed, items, 80, 0.5)
    at = chance.normal(size=2 * items) / 2
    _, gradient, curvature = _misfit(at, observed)
    step = 1e-5
    for place, unit in enumerate(np.eye(2 * items)):
        high, low = (_misfit(at + side * step * unit, observed) for side in (1, -1))
        slope = (high[0] - low[0]) / (2 * step)
        assert gradient[place] == pytest.approx(slope, rel=1e-4, abs=1e-4)
        assert curvature[place] == pytest.approx(
            (high[1] - low[1]) / (2 * step), rel=1e-3, abs=1e-3
        )


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
