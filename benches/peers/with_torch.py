"""torchode (each start with its own step) and torchdiffeq (the batch as one state with one step)."""

import torch
from problem import ATOL, CORES, RTOL, Problem, report

torch.set_num_threads(CORES)
problem = Problem()
weights, starts = torch.from_numpy(problem.weights), torch.from_numpy(problem.starts)


def one_layer(t, x):
    return getattr(torch, problem.activation)(problem.beta * x) @ weights.T + problem.input - x


def model_b(t, x):
    v, h = x[:, : problem.features], x[:, problem.features :]
    dv = torch.softmax(problem.beta * h, dim=1) @ weights - v
    dh = (v @ weights.T - h) / problem.tau
    return torch.cat([dv, dh], dim=1)


velocity = one_layer if problem.kind == "one-layer" else model_b


def torchdiffeq():
    from torchdiffeq import odeint

    calls = 0

    def counted(t, x):
        nonlocal calls
        calls += 1
        return velocity(t, x)

    times = torch.tensor([0.0, problem.t_end], dtype=torch.float64)
    ends = odeint(counted, starts, times, rtol=RTOL, atol=ATOL, method="dopri5")[-1]
    return ends.numpy(), {"evaluations": calls}


def torchode():
    import torchode as to

    term = to.ODETerm(velocity)
    controller = to.IntegralController(atol=ATOL, rtol=RTOL, term=term)
    solver = to.AutoDiffAdjoint(to.Tsit5(term=term), controller)
    end = torch.full((len(starts),), problem.t_end, dtype=torch.float64)
    if problem.variant.endswith("compiled"):
        solver = torch.compile(solver)

    def once():
        solution = solver.solve(to.InitialValueProblem(starts, torch.zeros_like(end), end, None))
        return solution.ys.numpy(), {"steps": int(solution.stats["n_steps"].sum())}

    return once


with torch.no_grad():
    report(problem, torchdiffeq if problem.variant == "torchdiffeq" else torchode())
