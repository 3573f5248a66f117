"""Fits the polynomials of Kernels/Shared.

Weighted minimax on a grid of Chebyshev points by Lawson's iteration (least squares, reweighted by the
error), the functions evaluated in 60 digits. The coefficients are then rounded to float32 from the lowest
degree up, the remaining ones being fitted again after each rounding.
"""
import numpy as np
from mpmath import mp, mpf, log, pi, exp, expm1, log1p, erf, erfc, sin, cos, sqrt

mp.dps = 60


def minimax(basis, target, weight, rounds=400):
    importance = np.full(len(target), 1 / len(target))
    best, best_error = None, np.inf
    for _ in range(rounds):
        root = np.sqrt(importance) * weight
        c, *_ = np.linalg.lstsq(basis * root[:, None], target * root, rcond=None)
        error = np.abs(weight * (basis @ c - target))
        if error.max() < best_error:
            best, best_error = c, error.max()
        importance *= error
        importance /= importance.sum()
    return best, best_error


def fit(name, function, weight, degree, low, high):
    """Prints float32 coefficients c with max |weight(x) * (sum c_i x^i - function(x))| nearly least on [low, high]."""
    low, high, count = mpf(low), mpf(high), 600
    points = [(low + high) / 2 - (high - low) / 2 * cos(pi * (i + mpf(1) / 2) / count) for i in range(count)]
    x = np.array([float(p) for p in points])
    y = np.array([float(function(p)) for p in points])
    w = np.array([abs(float(weight(p))) for p in points])
    scale = np.abs(x).max()
    powers = np.stack([(x / scale) ** i for i in range(degree + 1)], axis=1)
    fixed = []
    for n in range(degree + 1):
        rest = y - powers[:, :n] @ np.array([c * scale ** i for i, c in enumerate(fixed)])
        c, error = minimax(powers[:, n:], rest, w)
        if n == 0:
            ideal = error
        fixed.append(float(np.float32(c[0] / scale ** n)))
    final = np.abs(w * (powers @ np.array([c * scale ** i for i, c in enumerate(fixed)]) - y)).max()
    print(f"{name}: error 2^{np.log2(final):.2f} (2^{np.log2(ideal):.2f} before rounding)")
    for i, c in enumerate(fixed):
        print(f"    {i}  {c.hex().replace('0000000p', 'p')}f  {c:.9g}")


# The weights make the error relative to the function's value, in the form in which the polynomial enters it.
tau = 2 * pi
fit("exp: (e^r - 1 - r) / r^2", lambda r: (exp(r) - 1 - r) / r**2, lambda r: r * r / expm1(r), 5, "-0.3468", "0.3468")
fit("log: (log(1 + f) - f + f^2 / 2) / f^3", lambda f: ((log1p(f) - f) / f**2 + mpf(1) / 2) / f,
    lambda f: f**3 / log1p(f), 7, "-0.2929", "0.41422")
fit("erf, small, in t = x^2: erf(x) / x - 1", lambda t: erf(sqrt(t)) / sqrt(t) - 1,
    lambda t: sqrt(t) / erf(sqrt(t)), 5, "1e-21", "0.81")
fit("erf, large: log(1 - erf(x))", lambda x: log(erfc(x)), lambda x: erfc(x) / erf(x), 6, "0.9", "3.95")
# The upper tail of the normal distribution, Q(a) = R(a) e^(-a^2 / 2), in two parts; from 14.2 on little is left of it.
tail = lambda a: erfc(a / sqrt(mpf(2))) * exp(a * a / 2) / 2 * (offset + a)
offset, border, end = mpf("3.125"), mpf("2.4"), mpf("14.2")
ratio, back = lambda a: a / (offset + a), lambda w: offset * w / (1 - w)
fit("normal tail below 2.4, in w: (c + a) R(a)", lambda w: tail(back(w)), lambda w: 1 / tail(back(w)), 6, 0, ratio(border))
fit("normal tail above, in w - 3/4", lambda z: tail(back(z + 0.75)), lambda z: 1 / tail(back(z + 0.75)), 6,
    ratio(border) - 0.75, ratio(end) - 0.75)
fit("gaussian: (e^(r / 2) - 1 - r / 2 - r^2 / 8) / r^3", lambda r: (expm1(r / 2) - r / 2 - r**2 / 8) / r**3,
    lambda r: r**3 / exp(r / 2), 3, "-0.6936", "0.6936")
fit("sine, in t = r^2: sin(tau r) / r - float32(tau)",
    lambda t: sin(tau * sqrt(t)) / sqrt(t) - mpf(float(np.float32(float(tau)))),
    lambda t: sqrt(t) / sin(tau * sqrt(t)), 4, "1e-21", mpf(1) / 64)
fit("cosine, in t = r^2: (cos(tau r) - 1) / t", lambda t: (cos(tau * sqrt(t)) - 1) / t, lambda t: t, 3, "1e-21", mpf(1) / 64)
