"""The hand-made tables that stand beside the builder."""

from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent


def table(name, folder="."):
    """Read one of the builder's CSV tables as text, empty cells staying empty."""
    return pd.read_csv(HERE / folder / f"{name}.csv", dtype=str, keep_default_na=False)
