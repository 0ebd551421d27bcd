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
    s = solver.solve(np.array([0.0, problem.t_end]), problem.starts[0])
    if not s.success:
        raise RuntimeError(s.message)
    return np.array(s.y[-1]), {"evaluations": int(s.nfev)}


report(problem, run)
