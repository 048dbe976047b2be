"""Kepler's equation E - e*sin(E) = M by Newton's method, the residual as the loop's condition."""
from math import cos, sin


def f(mean_anomaly: float, eccentricity: float) -> float:
    anomaly = mean_anomaly
    residual = anomaly - eccentricity * sin(anomaly) - mean_anomaly
    while abs(residual) > 1e-7:
        anomaly = anomaly - residual / (1.0 - eccentricity * cos(anomaly))
        residual = anomaly - eccentricity * sin(anomaly) - mean_anomaly
    return anomaly


POINTS = [(0.8, 0.3), (2.1, 0.6)]
