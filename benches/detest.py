"""The 25 non-stiff test problems of Hull, Enright, Fellen and Sedgwick (1972, SIAM J. Numer. Anal. 9, 603-637; DETEST)
on [0, 20]: end values good to 1e-13, and what SciPy's RK45 and DOP853 make of them, written to tests/data/detest.json.

    python benches/detest.py            # about a minute; written with numpy 2.4.6, scipy 1.17.1, mpmath 1.4.1

Where the right side depends on the time, the time is the last state, for SciPy as for us. The end values are those of an
extrapolation method of order 16 in 80 bits, run with two lengths of step that must agree, and must agree with the closed
form where there is one and with DOP853 at rtol 1e-13 everywhere.
"""

import json
import os

import mpmath
import numpy as np
import scipy
from scipy.integrate import solve_ivp
from scipy.linalg import expm
from scipy.special import ellipj

W = np.longdouble
T_END = 20
TOLERANCES = [1e-3, 1e-6, 1e-9]

# The outer planets: masses relative to the sun, astronomical units, hundreds of days.
K2, SUN = W("2.95912208286"), W("1.00000597682")
MASS = np.array([W(m) for m in (
    "0.000954786104043", "0.000285583733151", "0.0000437273164546", "0.0000517759138449", "0.00000277777777778")])
PLANETS = [
    3.42947415189, 3.35386959711, 1.35494901715, 6.64145542550, 5.97156957878, 2.18231499728, 11.2630437207,
    14.6952576794, 6.27960525067, -30.1552268759, 1.65699966404, 1.43785752721, -21.1238353380, 28.4465098142,
    15.3882659679, -0.557160570446, 0.505696783289, 0.230578543901, -0.415570776342, 0.365682722812, 0.169143213293,
    -0.325325669158, 0.189706021964, 0.0877265322780, -0.0240476254170, -0.287659532608, -0.117219543175,
    -0.176860753121, -0.216393453025, -0.0148647893090]


def planets(y):
    x = y[:15].reshape(5, 3)
    pull = x / (np.sum(x * x, axis=1) ** 1.5)[:, None]
    apart = x[None, :, :] - x[:, None, :]
    d3 = np.sum(apart * apart, axis=2) ** 1.5 + np.eye(5)
    k2, sun, mass = (v.astype(y.dtype) for v in (K2, SUN, MASS))
    force = -(sun + mass)[:, None] * pull
    force += np.einsum("k,jki->ji", mass, apart / d3[:, :, None])
    force -= mass @ pull - mass[:, None] * pull
    return np.concatenate([y[15:], (k2 * force).ravel()])


def linear(matrix):
    wide = np.array(matrix, dtype=W)
    narrow = wide.astype(float)
    return lambda y: (wide if y.dtype == W else narrow) @ y


def chain(n, out):
    """Each state decays into the next, the last stays."""
    m = np.zeros((n, n))
    for i in range(n - 1):
        m[i, i] -= out(i)
        m[i + 1, i] += out(i)
    return m


def heat(n):
    return -2 * np.eye(n) + np.eye(n, k=1) + np.eye(n, k=-1)


def b4(y):
    r = np.sqrt(y[0] ** 2 + y[1] ** 2)
    return np.array([-y[1] - y[0] * y[2] / r, y[0] - y[1] * y[2] / r, y[0] / r])


def kepler(y):
    r3 = (y[0] ** 2 + y[1] ** 2) ** 1.5
    return np.array([y[2], y[3], -y[0] / r3, -y[1] / r3])


def first(n):
    return [1.0] + [0.0] * (n - 1)


B2 = [[-1, 1, 0], [1, -2, 1], [0, 1, -1]]
LINEAR = {"B2": B2, "C1": chain(10, lambda i: 1), "C2": chain(10, lambda i: i + 1), "C3": heat(10), "C4": heat(51)}
ONE = W(1)
PROBLEMS = {
    "A1": ([1.0], lambda y: -y),
    "A2": ([1.0], lambda y: -(y**3) / 2),
    "A3": ([1.0, 0.0], lambda y: np.array([y[0] * np.cos(y[1]), ONE])),
    "A4": ([1.0], lambda y: y / 4 * (1 - y / 20)),
    "A5": ([4.0, 0.0], lambda y: np.array([(y[0] - y[1]) / (y[0] + y[1]), ONE])),
    "B1": ([1.0, 3.0], lambda y: np.array([2 * (y[0] - y[0] * y[1]), -(y[1] - y[0] * y[1])])),
    "B2": ([2.0, 0.0, 1.0], linear(B2)),
    "B3": ([1.0, 0.0, 0.0], lambda y: np.array([-y[0], y[0] - y[1] ** 2, y[1] ** 2])),
    "B4": ([3.0, 0.0, 0.0], b4),
    "B5": ([0.0, 1.0, 1.0], lambda y: np.array([y[1] * y[2], -y[0] * y[2], -W("0.51").astype(y.dtype) * y[0] * y[1]])),
    "C1": (first(10), linear(LINEAR["C1"])),
    "C2": (first(10), linear(LINEAR["C2"])),
    "C3": (first(10), linear(LINEAR["C3"])),
    "C4": (first(51), linear(LINEAR["C4"])),
    "C5": (PLANETS, planets),
    **{f"D{k}": ([1 - e, 0.0, 0.0, ((1 + e) / (1 - e)) ** 0.5], kepler) for k, e in enumerate((0.1, 0.3, 0.5, 0.7, 0.9), 1)},
    # Bessel's equation of order 1/2, its origin moved one to the left.
    "E1": ([0.6713967071418030, 0.09540051444747446, 0.0],
           lambda y: np.array([y[1], -(y[1] / (y[2] + 1) + (1 - 0.25 / (y[2] + 1) ** 2) * y[0]), ONE])),
    "E2": ([2.0, 0.0], lambda y: np.array([y[1], (1 - y[0] ** 2) * y[1] - y[0]])),
    "E3": ([0.0, 0.0, 0.0],
           lambda y: np.array([y[1], y[0] ** 3 / 6 - y[0] + 2 * np.sin(W("2.78535").astype(y.dtype) * y[2]), ONE])),
    "E4": ([30.0, 0.0], lambda y: np.array([y[1], W("0.032").astype(y.dtype) - W("0.4").astype(y.dtype) * y[1] ** 2])),
    "E5": ([0.0, 0.0, 0.0], lambda y: np.array([y[1], np.sqrt(1 + y[1] ** 2) / (25 - y[2]), ONE])),
}


def closed(name, y0):
    """The solution at the end by a formula, or nothing."""
    t = T_END
    if name in LINEAR:
        return expm(t * np.array(LINEAR[name], dtype=float)) @ y0
    if name[0] == "D":
        e = 1 - y0[0]
        u = float(mpmath.findroot(lambda u: u - e * mpmath.sin(u) - t, t))
        r, b = 1 - e * np.cos(u), np.sqrt(1 - e * e)
        return [np.cos(u) - e, b * np.sin(u), -np.sin(u) / r, b * np.cos(u) / r]
    if name == "A5":
        # r exp(theta) is constant in polar coordinates of (t, y).
        y = mpmath.findroot(lambda y: mpmath.log(mpmath.hypot(t, y)) + mpmath.atan2(y, t) - mpmath.log(4) - mpmath.pi / 2, 6)
        return [float(y), t]
    j = lambda s: np.sqrt(2 / (np.pi * s)) * np.sin(s)
    s, q = T_END + 1, np.sqrt(0.0128)
    w = np.log(25 / 5)
    return {
        "A1": [np.exp(-t)], "A2": [(t + 1) ** -0.5], "A3": [np.exp(np.sin(t)), t],
        "A4": [20 / (1 + 19 * np.exp(-t / 4))],
        "B5": ellipj(t, 0.51)[:3],
        "E1": [j(s), np.sqrt(2 / (np.pi * s)) * np.cos(s) - j(s) / (2 * s), t],
        "E4": [30 + np.log(np.cosh(q * t)) / 0.4, np.sqrt(0.08) * np.tanh(q * t)],
        # y' = sinh(ln(25/(25 - t))), integrated.
        "E5": [12.5 * w - (25**2 - 5**2) / 100, np.sinh(w), t],
    }.get(name)


def gragg(f, y0, steps):
    """Gragg's rule extrapolated to order 16 (Hairer, Norsett and Wanner I, II.9) with steps of equal length. What
    is extrapolated is the change over a step: extrapolation magnifies roundings a thousandfold."""
    y, big = np.array(y0, dtype=W), W(T_END) / steps
    counts = [2 * k for k in range(1, 9)]
    for _ in range(steps):
        row = []
        start = f(y)
        for n in counts:
            h = big / n
            a, b = 0 * y, h * start
            for _ in range(n - 1):
                a, b = b, a + 2 * h * f(y + b)
            new = [(a + b + h * f(y + b)) / 2]
            for k, old in enumerate(row):
                ratio = (W(n) / W(counts[len(row) - 1 - k])) ** 2
                new.append(new[k] + (new[k] - old) / (ratio - 1))
            row = new
        y = y + row[-1]
    return y


def off(y, reference):
    return float(np.max(np.abs(np.array(y, dtype=W) - reference) / (1 + np.abs(reference))))


def main():
    mpmath.mp.dps = 30
    out = {}
    for name, (y0, f) in PROBLEMS.items():
        steps = 4000 if name in ("D4", "D5") else 1000
        reference = gragg(f, y0, steps)
        checks = {"half": off(gragg(f, y0, steps // 2), reference)}
        formula = closed(name, np.array(y0))
        if formula is not None:
            checks["formula"] = off(formula, reference)
        narrow = lambda t, y: np.asarray(f(y), dtype=float)
        tight = solve_ivp(narrow, (0, T_END), y0, method="DOP853", rtol=1e-13, atol=1e-15).y[:, -1]
        checks["DOP853"] = off(tight, reference)
        # Rounding of the start (D, E1) and of SciPy's own sums, each lifted by the problem.
        for what, most in (("half", 1e-14), ("formula", 3e-12), ("DOP853", 3e-11)):
            assert checks.get(what, 0) < most, (name, checks)
        print(name, checks)
        entry = {"start": list(map(float, y0)), "end": reference.astype(float).tolist(), "scipy": {}}
        entry["velocity"] = narrow(0, np.array(y0, dtype=float)).tolist()
        for method in ("RK45", "DOP853"):
            rows = []
            for tol in TOLERANCES:
                s = solve_ivp(narrow, (0, T_END), y0, method=method, rtol=tol, atol=tol)
                assert s.success
                rows.append([off(s.y[:, -1], reference), s.nfev])
            entry["scipy"][method] = rows
        out[name] = entry
    data = {
        "source": f"benches/detest.py with scipy {scipy.__version__}, numpy {np.__version__}",
        "t_end": T_END,
        "tolerances": TOLERANCES,
        "problems": out,
    }
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "../tests/data/detest.json"), "w") as file:
        json.dump(data, file, indent=1)
        file.write("\n")


main()
