"""SUNDIALS' CVODE through scikit-sundae; VARIANT is method-linear solver, with `+jac` where the Jacobian is given."""

import numpy as np
from equations import jacobian, velocity
from problem import ATOL, RTOL, Problem, report
from sksundae.cvode import CVODE

problem = Problem()
scheme, _, jac = problem.variant.partition("+")
method, linsolver = scheme.split("-")
f = velocity(problem)


def right_side(t, y, yp):
    yp[:] = f(t, y)


options = {}
if jac:
    j = jacobian(problem)

    def jacfn(t, y, yp, out):
        out[:, :] = j(t, y)

    options["jacfn"] = jacfn
solver = CVODE(
    right_side, method=method, linsolver=linsolver, rtol=RTOL, atol=ATOL, max_num_steps=1_000_000, **options
)


def run():
    ends, evaluations = [], 0
    for x in problem.starts:
        s = solver.solve(np.array([0.0, problem.t_end]), x)
        if not s.success:
            raise RuntimeError(s.message)
        ends.append(s.y[-1])
        evaluations += s.nfev
    return np.array(ends), {"evaluations": int(evaluations)}


report(problem, run)
