"""`spreadsheets.batchUpdate`: each kind of request, applied in order to a copy that is kept only if all succeed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.google import charts, contents, looks, tabs
from sandbox.google.errors import GoogleError, Invalid, bad, bad_field, unknown_name
from sandbox.google.grid import Book, Json, Kind
from sandbox.google.shapes import REQUESTS, check

KINDS: Mapping[str, Kind] = {**tabs.KINDS, **contents.KINDS, **looks.KINDS, **charts.KINDS}

#: Google knows these and the stand-in does not: they are refused, not passed over.
NOT_BUILT = frozenset(
    {
        *("addBanding", "addDataSource", "addDimensionGroup", "addNamedRange", "addSlicer", "addTable", "appendCells"),
        *("autoFill", "autoResizeDimensions", "cancelDataSourceRefresh", "copyPaste", "createDeveloperMetadata"),
        *("cutPaste", "deleteBanding", "deleteDataSource", "deleteDeveloperMetadata", "deleteDimensionGroup"),
        *(
            "deleteDuplicates",
            "deleteNamedRange",
            "deleteRange",
            "deleteTable",
            "duplicateFilterView",
            "duplicateSheet",
        ),
        *("findReplace", "insertRange", "pasteData", "randomizeRange", "refreshDataSource", "textToColumns"),
        *("trimWhitespace", "updateBanding", "updateBorders", "updateDataSource"),
        *(
            "updateDeveloperMetadata",
            "updateDimensionGroup",
            "updateEmbeddedObjectBorder",
            "updateEmbeddedObjectPosition",
        ),
        *("updateNamedRange", "updateSlicerSpec", "updateTable"),
    }
)


def apply(book: Book, requests: Any, caller: str) -> list[Json]:
    """The replies. The book handed in may be spoilt by a refusal, so it must be a copy."""
    if not isinstance(requests, list) or not requests:
        raise bad("Must specify at least one request.")
    requests = _without_nulls(requests)
    kinds = [_kind(request, index) for index, request in enumerate(requests)]
    replies = []
    for index, (request, kind) in enumerate(zip(requests, kinds, strict=True)):
        try:
            replies.append(KINDS[kind](book, request[kind], caller))
            book.check_size()
        except Invalid as fault:
            raise bad(f"Invalid requests[{index}].{kind}: {fault}") from None
        except (AttributeError, KeyError, TypeError) as fault:
            raise bad(f"Invalid requests[{index}].{kind}: {type(fault).__name__} {fault}") from None
    return replies


def _without_nulls(node: Any) -> Any:
    """A field that is null was not sent (proto3's JSON)."""
    if isinstance(node, dict):
        return {name: _without_nulls(value) for name, value in node.items() if value is not None}
    return [_without_nulls(each) for each in node] if isinstance(node, list) else node


def _kind(request: Any, index: int) -> str:
    """The one field of a request; the whole batch is looked through before anything of it is done."""
    where = f"requests[{index}]"
    if not isinstance(request, dict) or not request:
        raise bad(f"Invalid {where}: No request set.")
    for name in request:
        if name in NOT_BUILT:
            raise GoogleError(400, f"Invalid {where}: the stand-in has no {name}.")
        if name not in REQUESTS:
            raise unknown_name(name, where)
    kind, *more = request
    if more:
        raise bad_field(where, f"Invalid value at '{where}' (oneof), oneof field 'kind' is already set.")
    check(request[kind], REQUESTS[kind], f"{where}.{kind}")
    return str(kind)
