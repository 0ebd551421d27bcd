"""The right sides in NumPy, for the engines that take a function of one state."""

import numpy as np


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def velocity(problem):
    w, beta = problem.weights, problem.beta
    if problem.kind == "one-layer":
        assert problem.activation == "tanh"
        return lambda t, x: w @ np.tanh(beta * x) + problem.input - x
    n, tau, transposed = problem.features, problem.tau, w.T

    def model_b(t, x):
        dx = np.empty_like(x)
        v, h = x[:n], x[n:]
        dx[:n] = transposed @ softmax(beta * h) - v
        dx[n:] = (w @ v - h) / tau
        return dx

    return model_b


def jacobian(problem):
    """Of model B: only the corner of the features by the hidden neurons changes."""
    w, beta, n, tau = problem.weights, problem.beta, problem.features, problem.tau
    p = len(w)
    fixed = np.block([[-np.eye(n), np.zeros((n, p))], [w / tau, -np.eye(p) / tau]])

    def model_b(t, x):
        g = softmax(beta * x[n:])
        j = fixed.copy()
        j[:n, n:] = beta * (w.T * g - np.outer(w.T @ g, g))
        return j

    return model_b
