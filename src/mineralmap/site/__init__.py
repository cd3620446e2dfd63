"""The notebooks as a static site that is read without a network."""

from ..errors import not_installed

try:
    import lxml  # noqa: F401  BeautifulSoup reads with it
    import nbclient  # noqa: F401  nbconvert does not say that it is missing

    from .building import export
    from .running import run_notebooks
except ModuleNotFoundError as error:
    raise not_installed(error, "lab") from error

__all__ = ["export", "run_notebooks"]
