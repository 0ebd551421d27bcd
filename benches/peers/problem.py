"""What every peer shares: the problem as our bench wrote it, the rule for timing, the place for final states.

    python with_ENGINE.py WORKLOAD VARIANT FOLDER OUT

reads FOLDER/weights.f64 and FOLDER/starts.f64, writes the final states to OUT, and prints one JSON line.
"""

import json
import os
import statistics
import sys
import time

import numpy as np

RTOL, ATOL = 1e-6, 1e-9
CORES = len(os.sched_getaffinity(0))


class Problem:
    def __init__(self):
        self.name, self.variant, folder, self.out = sys.argv[1:]
        weights, starts = (np.fromfile(os.path.join(folder, f + ".f64")) for f in ("weights", "starts"))
        if self.name == "basin-map":
            self.t_end, self.beta, self.input, n = 50.0, 8.0, 0.5, 2
            self.weights, self.starts = weights.reshape(n, n), starts.reshape(-1, n)
        elif self.name == "spin-glass":
            self.t_end, self.beta, n = 50.0, 1.5, 2000
            self.weights, self.starts = weights.reshape(n, n), starts.reshape(-1, n)
        else:
            n, p, self.beta, self.tau = (64, 256, 0.2, 1e-4) if self.name == "stiff" else (784, 4096, 0.02, 0.1)
            self.t_end, self.features = 20.0, n
            self.weights, self.starts = weights.reshape(p, n), starts.reshape(-1, n + p)


def report(problem, run):
    """Times `run`, which returns the final states, trajectory after trajectory, and a dict of what else is worth saying.

    The first call, in which compilers work, is reported by itself. Then as in benches/workloads.rs: the median of at least
    one run and at most five, as many as two seconds hold.
    """
    clock = time.perf_counter()
    run()
    first = time.perf_counter() - clock
    seconds = []
    while not seconds or len(seconds) < 5 and sum(seconds) < 2:
        clock = time.perf_counter()
        ends, said = run()
        seconds.append(time.perf_counter() - clock)
    ends = np.ascontiguousarray(ends, dtype="<f8").reshape(problem.starts.shape)
    ends.tofile(problem.out)
    print(json.dumps({"seconds": statistics.median(seconds), "first": first, **said}))
