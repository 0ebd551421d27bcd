"""SciPy: solve_ivp, the right side in NumPy; VARIANT is the method, with `+jac` where the Jacobian is given."""

import numpy as np
from equations import jacobian, velocity
from problem import ATOL, RTOL, Problem, report
from scipy.integrate import solve_ivp

problem = Problem()
method, _, jac = problem.variant.partition("+")
options = {"jac": jacobian(problem)} if jac else {}
f = velocity(problem)


def run():
    ends, evaluations = [], 0
    for x in problem.starts:
        s = solve_ivp(f, (0, problem.t_end), x, method, t_eval=[problem.t_end], rtol=RTOL, atol=ATOL, **options)
        if not s.success:
            raise RuntimeError(s.message)
        ends.append(s.y[:, -1])
        evaluations += s.nfev
    return np.array(ends), {"evaluations": int(evaluations)}


report(problem, run)
