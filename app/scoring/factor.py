"""McDonald's omega: the share of a scale's variance that one common factor explains."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def omega(covariance: Floats) -> float | None:
    """Return (sum of loadings)^2 / ((sum of loadings)^2 + sum of unique variances), 0 to 1.

    One factor by maximum likelihood: minimises log|S^| + tr(S S^-1) over loadings and the log
    of unique variances. McDonald 1999. None for fewer than three items, or where an item does
    not vary or is a sum of others.
    """
    from scipy.optimize import minimize  # 20 MB that only this function needs

    items = len(covariance)
    sd = np.sqrt(np.diag(covariance))
    if items < 3 or float(sd.min()) <= 0:
        return None
    correlation = covariance / np.outer(sd, sd)
    if float(np.linalg.eigvalsh(correlation)[0]) < 1e-9:
        return None
    values, vectors = np.linalg.eigh(correlation)
    first = vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.1))
    start = np.concatenate([first, np.log(np.maximum(1 - first**2, 0.1))])
    bounds = [(None, None)] * items + [(-14.0, 5.0)] * items
    found = minimize(
        _misfit,
        start,
        args=(correlation,),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 2000, "ftol": 1e-15, "gtol": 1e-9},
    )
    loadings, unique = found.x[:items] * sd, np.exp(found.x[items:]) * sd**2
    common = float(loadings.sum()) ** 2
    return common / (common + float(unique.sum()))


def _misfit(parameters: Floats, observed: Floats) -> tuple[float, Floats]:
    """Discrepancy of a one-factor model, and its gradient."""
    items = len(observed)
    loadings, unique = parameters[:items], np.exp(parameters[items:])
    model = np.outer(loadings, loadings) + np.diag(unique)
    inverse = np.linalg.inv(model)
    _, logdet = np.linalg.slogdet(model)
    slope = inverse - inverse @ observed @ inverse
    gradient = np.concatenate([2 * slope @ loadings, np.diag(slope) * unique])
    return float(logdet + np.sum(inverse * observed)), gradient
