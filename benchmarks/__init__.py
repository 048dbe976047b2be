"""What s2sad's derivatives cost, side by side with others: ``python -m benchmarks`` from the top of the repository."""
