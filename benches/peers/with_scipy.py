"""SciPy: solve_ivp, the right side in NumPy; VARIANT is the method, with `+jac` where the Jacobian is given, with `+batch` where
all starts are one state with one step."""

import numpy as np
from equations import jacobian, velocity
from problem import ATOL, RTOL, Problem, report
from scipy.integrate import solve_ivp

problem = Problem()
method, _, extra = problem.variant.partition("+")
options = {"jac": jacobian(problem)} if extra == "jac" else {}
f = velocity(problem)


def together(t, x):
    """A column for each start."""
    return f(t, x.reshape(-1, len(problem.starts))).ravel()


def solve(f, x):
    s = solve_ivp(f, (0, problem.t_end), x, method, t_eval=[problem.t_end], rtol=RTOL, atol=ATOL, **options)
    if not s.success:
        raise RuntimeError(s.message)
    return s.y[:, -1], int(s.nfev)


def run():
    count = len(problem.starts)
    if extra == "batch":
        end, evaluations = solve(together, problem.starts.T.ravel())
        # One of the batch is one of each trajectory.
        return end.reshape(-1, count).T, {"evaluations": evaluations * count}
    ends, evaluations = zip(*(solve(f, x) for x in problem.starts))
    return np.array(ends), {"evaluations": sum(evaluations)}


report(problem, run)
