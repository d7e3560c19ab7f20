"""How well the scanner and others tell leaks from look-alikes, on cases of our own: `python -m benchmarks.quality`."""
