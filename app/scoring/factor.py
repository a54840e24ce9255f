"""McDonald's omega: the share of a scale's variance that one common factor explains."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Most steps of a fit, and the largest gradient at which it has ended.
_STEPS, _FLAT = 200, 1e-7
#: The logs that a unique variance keeps to; the lower one is where it vanishes (Heywood).
_LOWEST, _HIGHEST = -14.0, 5.0
#: Least and most damping of a step.
_LEAST, _MOST = 1e-10, 1e10


def omega(covariance: Floats) -> float | None:
    """Return (sum of loadings)^2 / ((sum of loadings)^2 + sum of unique variances), 0 to 1.

    One factor by maximum likelihood: minimises log|S^| + tr(S S^-1) over loadings and the log
    of unique variances. McDonald 1999. None for fewer than three items, where an item does not
    vary or is a sum of others, and where the items have so little in common that no fit is best.
    """
    items = len(covariance)
    sd = np.sqrt(np.diag(covariance))
    if items < 3 or float(sd.min()) <= 0:
        return None
    correlation = covariance / np.outer(sd, sd)
    if float(np.linalg.eigvalsh(correlation)[0]) < 1e-9:
        return None
    found = _fit(correlation)
    if found is None:
        return None
    loadings, unique = found[:items] * sd, np.exp(found[items:]) * sd**2
    common = float(loadings.sum()) ** 2
    return common / (common + float(unique.sum()))


def _fit(observed: Floats) -> Floats | None:
    """Return loadings and logs of unique variances, or None where the fit does not end.

    Newton's method, the way down where it curves up or down, in steps that are damped until
    they lessen the misfit (Levenberg 1944). Unique variances stay at their lower end while the
    misfit would push them further.
    """
    items = len(observed)
    values, vectors = np.linalg.eigh(observed)
    first = vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.1))
    here = np.concatenate([first, np.log(np.maximum(1 - first**2, 0.1))])
    misfit, gradient, curvature = _misfit(here, observed)
    damping = 1e-3
    for _ in range(_STEPS):
        free = ~((here <= _LOWEST) & (gradient > 0)) | (np.arange(2 * items) < items)
        if float(np.abs(gradient[free]).max()) < _FLAT:
            return here
        if damping > _MOST:
            return None
        there = here.copy()
        there[free] -= _step(curvature[np.ix_(free, free)], gradient[free], damping)
        there[items:] = np.clip(there[items:], _LOWEST, _HIGHEST)
        tried = _misfit(there, observed)
        better = tried[0] < misfit
        damping = max(damping * 0.1, _LEAST) if better else damping * 10
        if better:
            here, (misfit, gradient, curvature) = there, tried
    return None


def _step(curvature: Floats, gradient: Floats, damping: float) -> Floats:
    values, vectors = np.linalg.eigh(curvature)
    step: Floats = vectors @ ((vectors.T @ gradient) / (np.abs(values) + damping))
    return step


def _misfit(parameters: Floats, observed: Floats) -> tuple[float, Floats, Floats]:
    """Discrepancy of a one-factor model (Joreskog 1967), its first and second derivatives.

    With V the inverse of the model, D_i its derivatives and S what was observed: the first are
    tr((V - V S V) D_i), the second tr(D_i V D_j M) + tr((V - V S V) D_ij), M = 2 V S V - V.
    """
    items = len(observed)
    loadings, unique = parameters[:items], np.exp(parameters[items:])
    model = np.outer(loadings, loadings) + np.diag(unique)
    inverse = np.linalg.inv(model)
    _, logdet = np.linalg.slogdet(model)
    seen = inverse @ observed @ inverse
    slope, m = inverse - seen, 2 * seen - inverse
    gradient = np.concatenate([2 * slope @ loadings, np.diag(slope) * unique])
    by_v, by_m = inverse @ loadings, m @ loadings
    both = np.outer(by_v, by_m)
    of_loadings = both + both.T + (loadings @ by_v) * m + (loadings @ by_m) * inverse + 2 * slope
    mixed = (m * by_v + inverse * by_m) * unique
    of_unique = inverse * m * np.outer(unique, unique) + np.diag(np.diag(slope) * unique)
    curvature = np.block([[of_loadings, mixed], [mixed.T, of_unique]])
    return float(logdet + np.sum(inverse * observed)), gradient, curvature
