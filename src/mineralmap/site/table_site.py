"""The part of the site that is made from the tables: maps, pages, search, downloads."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from .. import maps
from ..paths import share_picture
from .downloads import add_downloads
from .entity_pages import add_entity_pages
from .reading_pages import add_index, add_reading_pages
from .records import Records
from .rendering import Site
from .search_index import add_search_index
from .table_pages import add_table_pages

__all__ = ["add_tables"]


def add_tables(site: Site, stories: Sequence[Any]) -> None:
    """Add the index, and what is made from the tables if the site has it.

    Parameters
    ----------
    site : Site
    stories : sequence of Page
        The pages of the notebooks: the index shows them, the search finds them.
    """
    if not site.tables:
        add_index(site, None, stories)
        return
    records = Records()
    _share(site, records)
    # Once for all pages, which show them from where their own subject is.
    site.files["maps/overview.html"] = maps.india().to_html().encode()
    site.files["maps/partners.html"] = maps.partners().to_html().encode()
    site.files["assets/share.png"] = share_picture().read_bytes()
    add_downloads(site)
    add_entity_pages(site, records)
    add_table_pages(site, records)
    add_reading_pages(site, records)
    add_search_index(site, records, stories)
    add_index(site, records, stories)


def _share(site: Site, records: Records) -> None:
    """Give the templates the records and the events as items of a list, each made once for each depth."""
    site.share(records=records)

    @cache
    def item_of(root: str) -> Any:
        return site.macro("parts.html.j2", "item", root=root, address="")

    @cache
    def item(event_id: str, root: str) -> Any:
        return item_of(root)(records.events_by_id[event_id])

    site.share(event_item=lambda event, root="../": item(event.event_id, root))
