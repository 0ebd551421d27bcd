"""What every peer shares: the problem as our bench wrote it, the rule for timing, the place for final states.

    python with_ENGINE.py WORKLOAD VARIANT FOLDER OUT

reads FOLDER/weights.f64 and FOLDER/starts.f64, writes the final states to OUT, and prints one JSON line.
"""

import contextlib
import json
import os
import statistics
import sys
import time

import numpy as np

RTOL, ATOL = 1e-6, 1e-9
CORES = len(os.sched_getaffinity(0))


def matrix(weights, folder):
    """All entries row by row, or those of the rows of a sparse matrix."""
    if not os.path.exists(os.path.join(folder, "indptr.i32")):
        n = round(len(weights) ** 0.5)
        return weights.reshape(n, n)
    from scipy.sparse import csr_array

    indices, starts = (np.fromfile(os.path.join(folder, f + ".i32"), np.int32) for f in ("indices", "indptr"))
    n = len(starts) - 1
    return csr_array((weights, indices, starts), shape=(n, n))


def forget_peak():
    """The peak of the memory counts from here on, as in benches/workloads/main.rs: not how the problem was read."""
    with contextlib.suppress(OSError), open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def peak():
    with open("/proc/self/status") as file:
        return next((int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:")), 0)


class Problem:
    """One layer (`weights @ act(beta x) + input - x`), the features and hidden neurons of model B, or spins with their memories
    or the matrix of their couplings, or tokens that attend to one another."""

    def __init__(self):
        self.name, self.variant, folder, self.out = sys.argv[1:]
        self.ours = os.path.join(folder, "plain.f64")
        weights, starts = (np.fromfile(os.path.join(folder, f + ".f64")) for f in ("weights", "starts"))
        with open(os.path.join(folder, "problem.json")) as file:
            said = json.load(file)
        network = said["network"]
        self.t_end, self.kind, self.beta = said["t_end"], network["kind"], network.get("beta")
        if self.kind in ("memories", "matrix"):
            self.power, self.temperature = network.get("power"), network.get("temperature")
            self.weights = weights.reshape(-1, network["neurons"])
            self.starts = starts.reshape(-1, network["neurons"])
        elif self.kind == "attention":
            self.network, self.weights, self.starts = network, weights, starts
        elif self.kind == "one-layer":
            self.activation, self.input = network["activation"], network["input"]
            self.weights = matrix(weights, folder)
            self.starts = starts.reshape(-1, self.weights.shape[0])
        else:
            self.tau, self.features = network["tau"], network["features"]
            self.weights = weights.reshape(-1, self.features)
            self.starts = starts.reshape(-1, sum(self.weights.shape))


def energies(problem, states):
    """Of each spin: spins that flip in another order, or by chance, are compared by it."""
    return -0.5 * np.einsum("ki,ij,kj->k", states, problem.weights, states, optimize=True) / states.shape[1]


def report(problem, run, same_flips=True):
    """Times `run`, which returns the final states, trajectory after trajectory, and a dict of what else is worth saying.

    The first call, in which compilers work, is reported by itself. Then as in benches/workloads/main.rs: the median of at least
    one run and at most five, as many as two seconds hold.
    """
    forget_peak()
    clock = time.perf_counter()
    run()
    first = time.perf_counter() - clock
    seconds = []
    while not seconds or len(seconds) < 5 and sum(seconds) < 2:
        clock = time.perf_counter()
        ends, said = run()
        seconds.append(time.perf_counter() - clock)
    held = peak()
    ends = np.ascontiguousarray(ends, dtype="<f8").reshape(problem.starts.shape)
    ends.tofile(problem.out)
    if not same_flips:
        # Difference of the means in standard errors: that of the same states in another order is far below one.
        ours, theirs = (energies(problem, states) for states in (np.fromfile(problem.ours).reshape(ends.shape), ends))
        error = np.sqrt((ours.var(ddof=1) + theirs.var(ddof=1)) / len(ours))
        said = dict(said, errors=float(abs(ours.mean() - theirs.mean()) / error))
    print(json.dumps({"seconds": statistics.median(seconds), "first": first, "bytes_peak": held, **said}))
