"""The price of a call option; its derivatives are the Greeks."""
from math import erf, exp, log, sqrt


def normal_cdf(z: float) -> float:
    return 0.5 * (1.0 + erf(z / sqrt(2.0)))


def f(spot: float, strike: float, rate: float, volatility: float, maturity: float) -> float:
    deviation = volatility * sqrt(maturity)
    d1 = (log(spot / strike) + (rate + 0.5 * volatility ** 2) * maturity) / deviation
    d2 = d1 - deviation
    return spot * normal_cdf(d1) - strike * exp(-rate * maturity) * normal_cdf(d2)


POINTS = [(1.0, 1.1, 0.05, 0.3, 0.8), (1.4, 1.1, 0.02, 0.5, 2.0)]
