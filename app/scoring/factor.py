"""McDonald's omega: the share of a scale's variance that one common factor explains."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Most steps of the fit, the gradient at which it ends, and the logs a unique variance keeps to.
_STEPS, _FLAT = 500, 1e-9
_LOWEST, _HIGHEST = -14.0, 5.0


def omega(covariance: Floats) -> float | None:
    """Return (sum of loadings)^2 / ((sum of loadings)^2 + sum of unique variances), 0 to 1.

    One factor by maximum likelihood: minimises log|S^| + tr(S S^-1) over loadings and the log
    of unique variances. McDonald 1999. None for fewer than three items, or where an item does
    not vary or is a sum of others.
    """
    items = len(covariance)
    sd = np.sqrt(np.diag(covariance))
    if items < 3 or float(sd.min()) <= 0:
        return None
    correlation = covariance / np.outer(sd, sd)
    if float(np.linalg.eigvalsh(correlation)[0]) < 1e-9:
        return None
    found = _fit(correlation)
    loadings, unique = found[:items] * sd, np.exp(found[items:]) * sd**2
    common = float(loadings.sum()) ** 2
    return common / (common + float(unique.sum()))


def _fit(observed: Floats) -> Floats:
    """Return loadings and logs of unique variances by Fisher scoring (Joreskog 1967).

    Steps are damped (Marquardt 1963) until they lessen the misfit.
    """
    items = len(observed)
    values, vectors = np.linalg.eigh(observed)
    first = vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.1))
    here = np.concatenate([first, np.log(np.maximum(1 - first**2, 0.1))])
    misfit, gradient, information = _misfit(here, observed)
    damping = 1e-3
    for _ in range(_STEPS):
        if float(np.abs(gradient).max()) < _FLAT or damping > 1 / _FLAT:
            break
        there = here - np.linalg.solve(information + damping * np.eye(2 * items), gradient)
        there[items:] = np.clip(there[items:], _LOWEST, _HIGHEST)
        tried = _misfit(there, observed)
        better = tried[0] < misfit
        damping *= 0.1 if better else 10
        if better:
            here, (misfit, gradient, information) = there, tried
    return here


def _misfit(parameters: Floats, observed: Floats) -> tuple[float, Floats, Floats]:
    """Discrepancy of a one-factor model, its gradient, and the expected second derivatives."""
    items = len(observed)
    loadings, unique = parameters[:items], np.exp(parameters[items:])
    model = np.outer(loadings, loadings) + np.diag(unique)
    inverse = np.linalg.inv(model)
    _, logdet = np.linalg.slogdet(model)
    slope = inverse - inverse @ observed @ inverse
    gradient = np.concatenate([2 * slope @ loadings, np.diag(slope) * unique])
    # tr(V D_i V D_j) with V the inverse and D the derivatives of the model.
    pull = inverse @ loadings
    of_loadings = 2 * (inverse * (loadings @ pull) + np.outer(pull, pull))
    mixed = 2 * inverse * (pull * unique)
    of_unique = inverse**2 * np.outer(unique, unique)
    information = np.block([[of_loadings, mixed], [mixed.T, of_unique]])
    return float(logdet + np.sum(inverse * observed)), gradient, information
