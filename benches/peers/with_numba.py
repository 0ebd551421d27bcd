"""numba: a hand-written Dormand and Prince 5(4) for two neurons, the starts shared out over all cores, each with its own
step: first step and control of Hairer, Nørsett and Wanner's DOPRI5 (PI with β = 0.04, root mean square)."""

import numpy as np
from numba import njit, prange
from problem import ATOL, RTOL, Problem, report

problem = Problem()


@njit
def velocity(x, y, w, beta, current):
    gx, gy = 1 / (1 + np.exp(-beta * x)), 1 / (1 + np.exp(-beta * y))
    return w[0, 0] * gx + w[0, 1] * gy + current - x, w[1, 0] * gx + w[1, 1] * gy + current - y


@njit
def norm(ex, ey, sx, sy):
    return np.sqrt(((ex / sx) ** 2 + (ey / sy) ** 2) / 2)


@njit
def first_step(x, y, ax, ay, w, beta, current):
    sx, sy = ATOL + RTOL * abs(x), ATOL + RTOL * abs(y)
    d0, d1 = norm(x, y, sx, sy), norm(ax, ay, sx, sy)
    h0 = 1e-6 if d0 < 1e-5 or d1 < 1e-5 else 0.01 * d0 / d1
    bx, by = velocity(x + h0 * ax, y + h0 * ay, w, beta, current)
    d2 = norm(bx - ax, by - ay, sx, sy) / h0
    top = max(d1, d2)
    h1 = max(1e-6, h0 * 1e-3) if top <= 1e-15 else (0.01 / top) ** 0.2
    return min(100 * h0, h1)


@njit
def integrate(x, y, t_end, w, beta, current):
    t, last, steps, rejected = 0.0, 1e-4, 0, False
    ax, ay = velocity(x, y, w, beta, current)
    h = first_step(x, y, ax, ay, w, beta, current)
    while t < t_end:
        end = t + 1.0000001 * h >= t_end
        if end:
            h = t_end - t
        bx, by = velocity(x + h * ax / 5, y + h * ay / 5, w, beta, current)
        cx, cy = velocity(x + h * (3 / 40 * ax + 9 / 40 * bx), y + h * (3 / 40 * ay + 9 / 40 * by), w, beta, current)
        dx, dy = velocity(
            x + h * (44 / 45 * ax - 56 / 15 * bx + 32 / 9 * cx),
            y + h * (44 / 45 * ay - 56 / 15 * by + 32 / 9 * cy),
            w, beta, current,
        )
        ex, ey = velocity(
            x + h * (19372 / 6561 * ax - 25360 / 2187 * bx + 64448 / 6561 * cx - 212 / 729 * dx),
            y + h * (19372 / 6561 * ay - 25360 / 2187 * by + 64448 / 6561 * cy - 212 / 729 * dy),
            w, beta, current,
        )
        fx, fy = velocity(
            x + h * (9017 / 3168 * ax - 355 / 33 * bx + 46732 / 5247 * cx + 49 / 176 * dx - 5103 / 18656 * ex),
            y + h * (9017 / 3168 * ay - 355 / 33 * by + 46732 / 5247 * cy + 49 / 176 * dy - 5103 / 18656 * ey),
            w, beta, current,
        )
        nx = x + h * (35 / 384 * ax + 500 / 1113 * cx + 125 / 192 * dx - 2187 / 6784 * ex + 11 / 84 * fx)
        ny = y + h * (35 / 384 * ay + 500 / 1113 * cy + 125 / 192 * dy - 2187 / 6784 * ey + 11 / 84 * fy)
        gx, gy = velocity(nx, ny, w, beta, current)
        error = norm(
            h * (71 / 57600 * ax - 71 / 16695 * cx + 71 / 1920 * dx - 17253 / 339200 * ex + 22 / 525 * fx - gx / 40),
            h * (71 / 57600 * ay - 71 / 16695 * cy + 71 / 1920 * dy - 17253 / 339200 * ey + 22 / 525 * fy - gy / 40),
            ATOL + RTOL * max(abs(x), abs(nx)),
            ATOL + RTOL * max(abs(y), abs(ny)),
        )
        steps += 1
        grown = error ** (0.2 - 0.04 * 0.75)
        if error <= 1:
            factor = max(0.1, min(5.0, grown / last**0.04 / 0.9))
            last = max(error, 1e-4)
            t = t_end if end else t + h
            x, y, ax, ay = nx, ny, gx, gy
            h /= max(factor, 1.0) if rejected else factor
            rejected = False
        else:
            h /= min(5.0, grown / 0.9)
            rejected = True
    return x, y, steps


@njit(parallel=True)
def solve(starts, t_end, w, beta, current, ends, steps):
    for k in prange(len(starts)):
        ends[k, 0], ends[k, 1], steps[k] = integrate(starts[k, 0], starts[k, 1], t_end, w, beta, current)


ends, steps = np.empty_like(problem.starts), np.empty(len(problem.starts), dtype=np.int64)


def run():
    solve(problem.starts, problem.t_end, problem.weights, problem.beta, problem.input, ends, steps)
    return ends, {"steps": int(steps.sum())}


report(problem, run)
