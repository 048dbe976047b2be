"""Problems that store into arrays or branch on values, as JAX wants them written: the same names, the same results."""

import jax
import jax.numpy as np
from jax.lax import fori_loop, scan


def wander(x, k, n):
    def step(_, carried):
        y, total = carried
        y = np.where(y > 0.5, y - 0.1 * k * np.sin(y), y + 0.2 * k * np.cos(y))
        return y, total + 0.001 * y * y
    return fori_loop(0, n, step, (x, 0.0 * x))[1]


def jacobi(u, weights, steps):
    def step(_, a):
        return a.at[1:-1, 1:-1].set(0.2 * (a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1]))
    return np.sum(weights * fori_loop(0, steps, step, u))


def heat(u, weights, steps):
    def step(_, a):
        return a.at[1:-1].set(a[1:-1] + 0.25 * (a[2:] - 2.0 * a[1:-1] + a[:-2]))
    return np.sum(weights * fori_loop(0, steps, step, u))


def gauss_seidel(u, weights, steps):
    """A row needs the new row above it, and the new entries to its left: two scans in one another."""
    def sweep(a):
        def row(above, here_below):
            here, below = here_below

            def entry(left, around):
                up, down, right = around
                new = 0.25 * (up + down + left + right)
                return new, new
            _, inner = scan(entry, here[0], (above[1:-1], below[1:-1], here[2:]))
            new = np.concatenate([here[:1], inner, here[-1:]])
            return new, new
        _, rows = scan(row, a[0], (a[1:-1], a[2:]))
        return np.concatenate([a[:1], rows, a[-1:]])
    return np.sum(weights * fori_loop(0, steps, lambda _, a: sweep(a), u))


def horizontal_diffusion(u, weights, steps):
    def step(_, a):
        laplacian = 4.0 * a[1:-1, 1:-1] - (a[2:, 1:-1] + a[:-2, 1:-1] + a[1:-1, 2:] + a[1:-1, :-2])
        flux_x = laplacian[1:, 1:-1] - laplacian[:-1, 1:-1]
        flux_y = laplacian[1:-1, 1:] - laplacian[1:-1, :-1]
        return a.at[2:-2, 2:-2].add(-0.025 * (flux_x[:-1] - flux_x[1:] + flux_y[:, :-1] - flux_y[:, 1:]))
    return np.sum(weights * fori_loop(0, steps, step, u))


def limited_diffusion(u, weights, steps):
    def step(_, a):
        laplacian = 4.0 * a[1:-1, 1:-1] - (a[2:, 1:-1] + a[:-2, 1:-1] + a[1:-1, 2:] + a[1:-1, :-2])
        flux_x = laplacian[1:, 1:-1] - laplacian[:-1, 1:-1]
        flux_x = np.where(flux_x * (a[2:-1, 2:-2] - a[1:-2, 2:-2]) > 0.0, 0.0, flux_x)
        flux_y = laplacian[1:-1, 1:] - laplacian[1:-1, :-1]
        flux_y = np.where(flux_y * (a[2:-2, 2:-1] - a[2:-2, 1:-2]) > 0.0, 0.0, flux_y)
        return a.at[2:-2, 2:-2].add(-0.025 * (flux_x[1:] - flux_x[:-1] + flux_y[:, 1:] - flux_y[:, :-1]))
    return np.sum(weights * fori_loop(0, steps, step, u))


def vertical_diffusion(u, k, weights, steps):
    def solve(a):
        def down(above, level):
            upper_above, a_above, k_above = above
            a_here, k_here = level
            pivot = 1.0 + k_here + k_above * (1.0 + upper_above)
            upper, new = -k_here / pivot, (a_here + k_above * a_above) / pivot
            return (upper, new, k_here), (upper, new)

        def up(below, level):
            upper, a_here = level
            new = a_here - upper * below
            return new, new
        nothing = np.zeros(a.shape[1])
        _, (uppers, solved) = scan(down, (nothing, nothing, nothing), (a, k))
        _, solved = scan(up, nothing, (uppers.at[-1].set(0.0), solved), reverse=True)
        return solved
    return np.sum(weights * fori_loop(0, steps, lambda _, a: solve(a), u))


def durbin(r):
    """Vectors keep their length, since shapes cannot grow: what is not there yet is zero."""
    n = r.shape[0]
    index = np.arange(n)

    def step(k, carried):
        y, alpha, beta = carried
        beta = beta * (1.0 - alpha * alpha)
        turned = np.where(index < k, y[(k - 1 - index) % n], 0.0)
        alpha = -(r[k] + np.dot(r, turned)) / beta
        y = (y + alpha * turned).at[k].set(alpha)
        return y, alpha, beta
    start = np.zeros(n).at[0].set(-r[0])
    return np.sum(fori_loop(1, n, step, (start, -r[0], 1.0))[0])


def cholesky(a):
    n = a.shape[0]

    def column(j, carried):
        factor, total = carried
        rest = a[:, j] - factor @ factor[j]
        pivot = np.sqrt(rest[j])
        factor = factor.at[:, j].set(np.where(np.arange(n) >= j, rest / pivot, 0.0))
        return factor, total + np.log(pivot)
    return 2.0 * fori_loop(0, n, column, (np.zeros((n, n)), 0.0))[1]


def lstm(main_params, extra_params, state, sequence):
    layers, size = state.shape[0] // 2, state.shape[1]
    sigmoid = jax.nn.sigmoid

    def step(state, now_next):
        now, following = now_next
        x = now * extra_params[0]
        states = []
        for layer in range(layers):
            weight = main_params[2 * layer].reshape(4, size)
            bias = main_params[2 * layer + 1].reshape(4, size)
            hidden, cell = state[2 * layer], state[2 * layer + 1]
            forget = sigmoid(x * weight[0] + bias[0])
            keep = sigmoid(hidden * weight[1] + bias[1])
            out = sigmoid(x * weight[2] + bias[2])
            cell = cell * forget + keep * np.tanh(hidden * weight[3] + bias[3])
            x = out * np.tanh(cell)
            states += [x, cell]
        prediction = x * extra_params[1] + extra_params[2]
        log_norm = np.log(np.sum(np.exp(prediction)) + 2.0)
        return np.stack(states), np.sum(following * (prediction - log_norm))
    _, terms = scan(step, state, (sequence[:-1], sequence[1:]))
    return -np.sum(terms) / ((sequence.shape[0] - 1) * size)


def gmm(alpha, mu, q, l, x, gamma, m):  # noqa: E741
    """Without the constant, which the gradient does not see."""
    d = x.shape[1]
    columns, rows = np.triu_indices(d, 1)

    def component(mean, log_diagonal, below):
        factor = np.diag(np.exp(log_diagonal)).at[rows, columns].set(below)
        return np.sum(((x - mean) @ factor.T) ** 2, axis=1), np.sum(factor ** 2)
    norms, frobenius = jax.vmap(component)(mu, q, l)
    sums = np.sum(q, axis=1)
    terms = alpha + sums - 0.5 * norms.T
    prior = 0.5 * gamma ** 2 * np.sum(frobenius) - m * np.sum(sums)
    lse = jax.scipy.special.logsumexp
    return np.sum(lse(terms, axis=1)) - x.shape[0] * lse(alpha) - prior
