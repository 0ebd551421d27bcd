"""diffrax: compiled by XLA, `vmap` over the starts, each with its own step."""

import diffrax
import jax
import jax.numpy as jnp
import numpy as np
from problem import ATOL, RTOL, Problem, report

jax.config.update("jax_enable_x64", True)
problem = Problem()


def one_layer(t, x, w):
    act = {"sigmoid": jax.nn.sigmoid, "tanh": jnp.tanh}[problem.activation]
    return w @ act(problem.beta * x) + problem.input - x


def model_b(t, x, w):
    v, h = x[: problem.features], x[problem.features :]
    dv = jax.nn.softmax(problem.beta * h) @ w - v
    dh = (w @ v - h) / problem.tau
    return jnp.concatenate([dv, dh])


velocity = one_layer if problem.kind == "one-layer" else model_b
solver = getattr(diffrax, problem.variant)()


def one(x, w):
    solution = diffrax.diffeqsolve(
        diffrax.ODETerm(velocity),
        solver,
        t0=0.0,
        t1=problem.t_end,
        dt0=None,
        y0=x,
        args=w,
        stepsize_controller=diffrax.PIDController(rtol=RTOL, atol=ATOL),
        saveat=diffrax.SaveAt(t1=True),
        max_steps=100_000,
    )
    return solution.ys[0], solution.stats["num_steps"]


batch = len(problem.starts) > 1
solve = jax.jit(jax.vmap(one, in_axes=(0, None)) if batch else one)
starts = jnp.asarray(problem.starts if batch else problem.starts[0])
weights = jnp.asarray(problem.weights)


def run():
    ends, steps = jax.block_until_ready(solve(starts, weights))
    return np.asarray(ends), {"steps": int(jnp.sum(steps))}


report(problem, run)
