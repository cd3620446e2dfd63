"""The notebooks as a static site that is read without a network."""

try:
    from .building import export
    from .running import run_notebooks
except ModuleNotFoundError as error:
    raise ImportError(
        f'{error.name} is not installed. Install it with: python -m pip install "mineralmap[lab]"'
    ) from error

__all__ = ["export", "run_notebooks"]
