"""What SciPy's solvers make of four of the reference cases: error against evaluations of the right side, for tolerances
from 1e-3 to 1e-10, written to tests/data/work_precision_scipy.json.

    python benches/work_precision.py        # two minutes; written with numpy 2.4.6, scipy 1.17.1

The right side is written here a second time, from the stored case, and held against the stored velocities. Errors are the
largest over all stored times and neurons over 1 + |reference|, by the solver's own interpolation (`t_eval`). Evaluations
are calls of the right side, counted in the right side itself: those for Jacobians by differences are among them. They are
counted in a run without `t_eval`, so that those for interpolation are not; examples/work_precision.rs counts likewise.
"""

import json
import os
import warnings

import numpy as np
import scipy
from scipy.integrate import solve_ivp

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = ["c07_modelA_tanh_repu3", "c16_fully_connected_hetero_tau_mixed", "c20_HAM_4layer", "c26_stiff_tauh_1e-4"]
TOLERANCES = [10.0**-k for k in range(3, 11)]
METHODS = ["RK45", "DOP853", "LSODA", "Radau", "BDF"]


def softmax(x):
    e = np.exp(x - np.max(x))
    return e / np.sum(e)


def activation(l, x):
    """g = dL/dx."""
    kind, beta = l["type"], l.get("beta", 1.0)
    if kind == "mixed":
        g = np.empty_like(x)
        for part in l["parts"]:
            g[part["index"]] = activation(part["lagrangian"], x[part["index"]])
        return g
    if kind == "layernorm":
        c = x - np.mean(x)
        return l["gamma"] * c / np.sqrt(np.mean(c * c) + l["eps"]) + np.array(l["delta"])
    return {
        "identity": lambda: x,
        "tanh": lambda: np.tanh(beta * x),
        "sigmoid": lambda: 1 / (1 + np.exp(-beta * x)),
        "softmax": lambda: softmax(beta * x),
        "relu": lambda: np.maximum(x, 0),
        "repu": lambda: np.maximum(x, 0) ** (l["n"] - 1),
        "arctan": lambda: 2 / np.pi * np.arctan(np.pi * l["lambda"] * x / 2),
        "softthreshold": lambda: np.sign(x) * np.maximum(np.abs(x) - l["lambda"], 0),
    }[kind]()


class Case:
    def __init__(self, name):
        with open(os.path.join(HERE, "../tests/data", name + ".json")) as file:
            self.d = json.load(file)
        self.at, n = {}, 0
        for layer in self.d["layers"]:
            size = int(np.prod(layer["shape"]))
            self.at[layer["name"]] = slice(n, n + size)
            n += size
        spread = lambda key: np.concatenate(
            [np.broadcast_to(np.ravel(l[key]), int(np.prod(l["shape"]))) for l in self.d["layers"]])
        self.tau, self.bias = spread("tau").astype(float), spread("bias").astype(float)
        # One matrix for all synapses, those between layers and their transposes.
        self.w = np.zeros((n, n))
        for c in self.d["couplings"]:
            if c["type"] == "lateral":
                self.w[self.at[c["layer"]], self.at[c["layer"]]] += c["W"]
            else:
                assert c["type"] == "bilinear", c["type"]
                to, source, w = self.at[c["to"]], self.at[c["from"]], np.array(c["W"])
                self.w[to, source] += w
                self.w[source, to] += w.T
        self.times = np.array(self.d["times"], dtype=float)
        gather = lambda rows, k: np.concatenate([np.ravel(rows[l][k]) for l in self.at])
        self.states = np.array([gather(self.d["states"], k) for k in range(len(self.times))])
        self.calls = 0
        for k in range(len(self.times)):
            want = gather(self.d["xdot"], k)
            got = self(0, self.states[k])
            # Stored velocities are small differences of large currents over tau.
            assert np.max(np.abs(got - want) * self.tau) < 1e-12, (name, k, got - want)

    def __call__(self, t, x):
        self.calls += 1
        g = np.empty_like(x)
        for layer in self.d["layers"]:
            at = self.at[layer["name"]]
            g[at] = activation(layer["lagrangian"], x[at])
        return (-x + self.bias + self.w @ g) / self.tau

    def run(self, method, rtol):
        options = {"method": method, "rtol": rtol, "atol": 1e-2 * rtol}
        span, start = (self.times[0], self.times[-1]), self.states[0]
        self.calls = 0
        s = solve_ivp(self, span, start, **options)
        if not s.success:
            return None
        calls = self.calls
        x = solve_ivp(self, span, start, t_eval=self.times, **options).y.T
        error = np.max(np.abs(x - self.states) / (1 + np.abs(self.states)))
        return [float(error), calls]


def main():
    warnings.filterwarnings("ignore")
    cases = {}
    for name in CASES:
        case = Case(name)
        cases[name] = {m: [case.run(m, rtol) for rtol in TOLERANCES] for m in METHODS}
        for m, rows in cases[name].items():
            print(name[:3], m, " ".join(f"{r[0]:.0e}/{r[1]}" if r else "failed" for r in rows))
    source = f"benches/work_precision.py with scipy {scipy.__version__}, numpy {np.__version__}"
    data = {"source": source, "rtol": TOLERANCES, "atol": "rtol / 100", "cases": cases}
    with open(os.path.join(HERE, "../tests/data/work_precision_scipy.json"), "w") as file:
        json.dump(data, file, indent=1)
        file.write("\n")


main()
