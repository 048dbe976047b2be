"""The Greeks of a European call by Monte Carlo, differentiated path by path, beside the closed form.

One reverse sweep gives delta, rho, vega and theta together, for about the price of two or three valuations.
"""

from math import erf, exp, log, pi, sqrt

import numpy as np

import s2sad

POINT = {"spot": 100.0, "strike": 105.0, "rate": 0.03, "volatility": 0.25, "maturity": 0.75}


@s2sad.differentiate(wrt=("spot", "rate", "volatility", "maturity"))
def monte_carlo(spot: float, strike: float, rate: float, volatility: float, maturity: float,
                shocks: np.ndarray) -> float:
    drift = (rate - 0.5 * volatility ** 2) * maturity
    final = spot * np.exp(drift + volatility * sqrt(maturity) * shocks)
    payoff = np.maximum(final - strike, 0.0)
    return exp(-rate * maturity) * np.mean(payoff)


def normal_cdf(z: float) -> float:
    return 0.5 * (1.0 + erf(z / sqrt(2.0)))


@s2sad.differentiate(wrt=("spot", "rate", "volatility", "maturity"))
def closed_form(spot: float, strike: float, rate: float, volatility: float, maturity: float) -> float:
    deviation = volatility * sqrt(maturity)
    d1 = (log(spot / strike) + (rate + 0.5 * volatility ** 2) * maturity) / deviation
    return spot * normal_cdf(d1) - strike * exp(-rate * maturity) * normal_cdf(d1 - deviation)


def textbook_greeks(spot: float, strike: float, rate: float, volatility: float,
                    maturity: float) -> tuple[float, float, float, float]:
    """delta, rho, vega and the derivative in maturity (minus theta), as books give them."""
    deviation = volatility * sqrt(maturity)
    d1 = (log(spot / strike) + (rate + 0.5 * volatility ** 2) * maturity) / deviation
    d2 = d1 - deviation
    density = exp(-0.5 * d1 * d1) / sqrt(2.0 * pi)
    discounted = strike * exp(-rate * maturity)
    return (normal_cdf(d1), maturity * discounted * normal_cdf(d2), spot * density * sqrt(maturity),
            spot * density * volatility / (2.0 * sqrt(maturity)) + rate * discounted * normal_cdf(d2))


def main(paths: int = 400_000) -> None:
    half = np.random.default_rng(1).standard_normal(paths // 2)
    shocks = np.concatenate([half, -half])
    price, simulated = monte_carlo.value_and_grad(**POINT, shocks=shocks)
    exact_price, exact = closed_form.value_and_grad(**POINT)
    book = textbook_greeks(**POINT)
    assert np.allclose(exact, book, rtol=1e-12)

    print(f"{'':10} {'Monte Carlo':>12} {'closed form':>12} {'by the book':>12}")
    print(f"{'price':10} {price:12.5f} {exact_price:12.5f}")
    for name, sign, columns in zip(("delta", "rho", "vega", "theta"), (1, 1, 1, -1), zip(simulated, exact, book)):
        print(f"{name:10} " + " ".join(f"{sign * value:12.5f}" for value in columns))
    worst = max(abs(a - b) / abs(b) for a, b in zip(simulated, exact))
    print(f"largest relative difference: {worst:.4f}")
    print(monte_carlo.grad.source)


if __name__ == "__main__":
    main()
