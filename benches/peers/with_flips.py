"""Spins: NumPy as its users write it, and numba's explicit loops, the starts shared out over all cores.

At temperature 0 the spins are asked as they are numbered until none flips in a sweep; a tie flips none. Above, any spin at any
time, by the heat bath.
"""

import math

import numpy as np
from numba import njit, prange
from problem import Problem, report

problem = Problem()
w, starts, sweeps = problem.weights, problem.starts, int(problem.t_end)


def overlaps(kind, number):
    """Overlaps with the memories are kept; ΔE of a flip is without what the spin does to itself. `fastmath` lets numba add in any
    order, which its sums need to be vectorised."""

    @njit(fastmath=True)
    def relax(columns, s):
        n, p = columns.shape
        h = np.zeros(p, kind)
        for i in range(n):
            for m in range(p):
                h[m] += columns[i, m] * s[i]
        for sweep in range(1, 1001):
            flips = 0
            for i in range(n):
                field = number(0)
                for m in range(p):
                    field += columns[i, m] * h[m]
                if (field - p * s[i]) * s[i] < 0:
                    flips += 1
                    s[i] = -s[i]
                    for m in range(p):
                        h[m] += number(2) * s[i] * columns[i, m]
            if flips == 0:
                return sweep
        return 1000

    return relax


@njit(fastmath=True)
def relax_fourth(columns, s):
    n, p = columns.shape
    h = np.zeros(p)
    for i in range(n):
        for m in range(p):
            h[m] += columns[i, m] * s[i]
    for sweep in range(1, 1001):
        flips = 0
        for i in range(n):
            rise = 0.0
            for m in range(p):
                a = h[m] - 2 * columns[i, m] * s[i]
                a, b = a * a, h[m] * h[m]
                rise += a * a - b * b
            if rise > 0:
                flips += 1
                s[i] = -s[i]
                for m in range(p):
                    h[m] += 2 * s[i] * columns[i, m]
        if flips == 0:
            return sweep
    return 1000


@njit
def relax_kept(w, s):
    n = len(s)
    h = w @ s
    for sweep in range(1, 1001):
        flips = 0
        for i in range(n):
            if h[i] * s[i] < 0:
                flips += 1
                s[i] = -s[i]
                by = 2 * s[i]
                for j in range(n):
                    h[j] += by * w[i, j]
        if flips == 0:
            return sweep
    return 1000


@njit(fastmath=True)
def relax_anew(w, s):
    n = len(s)
    for sweep in range(1, 1001):
        flips = 0
        for i in range(n):
            field = 0.0
            for j in range(n):
                field += w[i, j] * s[j]
            if field * s[i] < 0:
                flips += 1
                s[i] = -s[i]
        if flips == 0:
            return sweep
    return 1000


@njit
def glauber(w, s, temperature, sweeps):
    n = len(s)
    h = w @ s
    for _ in range(sweeps * n):
        i = np.random.randint(n)
        if np.random.random() < 1 / (1 + math.exp(2 * h[i] * s[i] / temperature)):
            s[i] = -s[i]
            by = 2 * s[i]
            for j in range(n):
                h[j] += by * w[i, j]
    return sweeps


def shared(relax):
    """All starts over all cores."""

    @njit(parallel=True)
    def all_of(w, states, taken):
        for k in prange(len(states)):
            taken[k] = relax(w, states[k])

    return all_of


def numpy_overlaps(w, s):
    columns = np.ascontiguousarray(w.T)
    h = w @ s
    for sweep in range(1, 1001):
        flips = 0
        for i in range(len(s)):
            if (columns[i] @ h - len(w) * s[i]) * s[i] < 0:
                flips += 1
                s[i] = -s[i]
                h += 2 * s[i] * columns[i]
        if flips == 0:
            return sweep
    return 1000


def numpy_fourth(w, s):
    columns = np.ascontiguousarray(w.T)
    h = w @ s
    for sweep in range(1, 1001):
        flips = 0
        for i in range(len(s)):
            other = h - 2 * s[i] * columns[i]
            if np.sum(other**4) > np.sum(h**4):
                flips += 1
                s[i], h = -s[i], other
        if flips == 0:
            return sweep
    return 1000


def numpy_matrix(w, s):
    for sweep in range(1, 1001):
        flips = 0
        for i in range(len(s)):
            if (w[i] @ s) * s[i] < 0:
                flips += 1
                s[i] = -s[i]
        if flips == 0:
            return sweep
    return 1000


def numpy_glauber(w, s):
    random = np.random.default_rng()
    for _ in range(sweeps * len(s)):
        i = random.integers(len(s))
        if random.random() < 1 / (1 + math.exp(2 * (w[i] @ s) * s[i] / problem.temperature)):
            s[i] = -s[i]
    return sweeps


def make():
    """What takes the states and how many sweeps each took."""
    memories, warm = problem.kind == "memories", problem.temperature
    if problem.variant == "numpy":
        one = (numpy_overlaps if problem.power == 2 else numpy_fourth) if memories else numpy_glauber if warm else numpy_matrix

        def all_of(states, taken):
            for k, s in enumerate(states):
                taken[k] = one(w, s)

        return all_of
    if warm:

        @njit(parallel=True)
        def warm_all(w, states, taken, temperature, sweeps):
            for k in prange(len(states)):
                taken[k] = glauber(w, states[k], temperature, sweeps)

        return lambda states, taken: warm_all(w, states, taken, warm, sweeps)
    if memories:
        small = problem.variant == "numba-i8"
        columns = np.ascontiguousarray(w.T).astype(np.int8 if small else np.float64)
        second = overlaps(np.int32, np.int32) if small else overlaps(np.float64, np.float64)
        loops = shared(second if problem.power == 2 else relax_fourth)
        return lambda states, taken: loops(columns, states, taken)
    loops = shared(relax_anew if problem.variant == "numba-anew" else relax_kept)
    return lambda states, taken: loops(w, states, taken)


all_of = make()


def run():
    states, taken = starts.copy(), np.zeros(len(starts), np.int64)
    if problem.variant == "numba-i8":
        small = states.astype(np.int8)
        all_of(small, taken)
        states = small.astype(np.float64)
    else:
        all_of(states, taken)
    return states, {"steps": int(taken.sum())}


report(problem, run, same_flips=not problem.temperature)
