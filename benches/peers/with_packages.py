"""Spins: public packages, each in its own order of updates, so that energies are compared and not states."""

import numpy as np
from problem import Problem, report

problem = Problem()
w, starts, sweeps, warm = problem.weights, problem.starts, int(problem.t_end), problem.temperature


def hopfieldnetwork(states):
    from hopfieldnetwork import HopfieldNetwork

    network, taken = HopfieldNetwork(N=len(w)), 0
    network.w = w
    for s in states:
        network.set_initial_neurons_state(s)
        if warm:
            network.update_neurons_with_finite_temp(sweeps, "async", 1 / warm)
            taken += sweeps
            continue
        while True:
            before = s.copy()
            network.update_neurons(1, "async")
            taken += 1
            if np.array_equal(before, s):
                break
    return states, taken


def dwave():
    """What it takes is made here: that is not timed."""
    import dimod
    from dwave.samplers import SimulatedAnnealingSampler

    rows, columns = np.triu_indices(len(w), 1)
    model = dimod.BinaryQuadraticModel.from_numpy_vectors(np.zeros(len(w)), (rows, columns, -w[rows, columns]), 0.0, "SPIN")
    sampler = SimulatedAnnealingSampler()

    def sample(states):
        found = sampler.sample(
            model,
            initial_states=(states.astype(np.int8), list(range(len(w)))),
            beta_schedule_type="custom",
            beta_schedule=[1 / warm],
            num_sweeps_per_beta=sweeps,
            randomize_order=True,
            proposal_acceptance_criteria="Gibbs",
        )
        return found.record.sample.astype(float), sweeps * len(states)

    return sample


sample = {"hopfieldnetwork": lambda: hopfieldnetwork, "dwave": dwave}[problem.variant]()


def run():
    states, taken = sample(starts.copy())
    return states, {"steps": taken}


report(problem, run, same_flips=False)
