"""The pages of a PDF as they are bound: nothing in them acts or tells of the sender beyond what one sees; what was
filled in is seen, and layers that were off stay off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import img2pdf
import pikepdf
import pypdfium2
from pikepdf import Name

from office.examining import cover, jpeg
from office.examining.cover import Line

#: Said on the cover of forms whose fields had to be drawn.
DRAWN = "แบบฟอร์มแสดงเป็นภาพ และมีรายการข้อความที่กรอกต่อท้าย"
_FIELDS = "ข้อความที่กรอกในแบบฟอร์ม"
#: A page that has to be drawn: dots per point (150 to the inch), its longest edge, and how many of a file at most.
_SCALE, _EDGE, _MOST_DRAWN = 150 / 72, 4000, 40
_MOST_FIELDS, _LONGEST_FIELD = 500, 2000
_HIDDEN = 2
_TELLING = (b"Exif\0\0", b"http://ns.adobe.com/xap/")


class TooMany(Exception):
    """More pages would have to be drawn than there is time for."""


def join(bound: pikepdf.Pdf, part: pikepdf.Pdf, path: Path, name: str) -> list[str]:
    """Put the pages of `part`, which lies at `path`, behind those of `bound`; what the cover says of it. `name` begins
    what is written in the working directory."""
    unseen = {number: fields for number, page in enumerate(part.pages) if (fields := list(_unseen(part.Root, page)))}
    _draw(part, path, list(unseen), name)
    _flatten(part)
    _forget_the_sender(part)
    if unseen:
        _list_fields(part, [field for fields in unseen.values() for field in fields], Path(f"{name}-fields.pdf"))
    _carry_layers(bound, part)
    bound.pages.extend(part.pages)  # last: what cannot be bound leaves nothing
    return [DRAWN] if unseen else []


def _unseen(root: Any, page: Any) -> Iterator[tuple[str, str]]:
    """Name and value of what was filled in here, but is shown only by a reader that draws it."""
    redraw = bool(root.get("/AcroForm", {}).get("/NeedAppearances", False))
    for field in page.get("/Annots", ()):
        if field.get("/Subtype") != Name.Widget or int(field.get("/F", 0)) & _HIDDEN:
            continue
        kind = _inherited(field, "/FT")
        if kind == Name.Sig:  # one that is to be seen has an appearance
            continue
        value = field.get("/AS") if kind == Name.Btn else None
        value = _inherited(field, "/V") if value is None else value
        if _words(value) not in ("", "Off") and (redraw or not _has_appearance(field, value)):
            yield _called(field), _words(value)


def _has_appearance(field: Any, value: Any) -> bool:
    normal = field.get("/AP", {}).get("/N")
    return str(value) in normal if isinstance(normal, pikepdf.Dictionary) else normal is not None


def _inherited(field: Any, key: str) -> Any:
    for _ in range(20):
        if key in field:
            return field[key]
        if "/Parent" not in field:
            return None
        field = field.Parent
    return None


def _called(field: Any) -> str:
    names: list[str] = []
    for _ in range(20):
        names += [str(field.T)] if "/T" in field else []
        if "/Parent" not in field:
            break
        field = field.Parent
    return ".".join(reversed(names))


def _words(value: Any) -> str:
    if isinstance(value, pikepdf.Array):
        return ", ".join(map(_words, value))
    if isinstance(value, pikepdf.String | str):
        return str(value)[:_LONGEST_FIELD]
    return str(value).removeprefix("/") if isinstance(value, Name) else ""


def _draw(part: pikepdf.Pdf, path: Path, numbers: list[int], name: str) -> None:
    """Put a picture of each of these pages with its fields in its place."""
    if not numbers:
        return
    if len(numbers) > _MOST_DRAWN:
        raise TooMany
    document = pypdfium2.PdfDocument(path)
    document.init_forms()
    for number in numbers:
        page = document[number]
        size = page.get_size()
        picture, sheet = Path(f"{name}-{number}.jpg"), Path(f"{name}-{number}.pdf")
        page.render(scale=min(_SCALE, _EDGE / max(*size, 1.0))).to_pil().convert("RGB").save(picture, quality=85)
        sheet.write_bytes(img2pdf.convert(str(picture), layout_fun=img2pdf.get_layout_fun(size)))
        with pikepdf.open(sheet) as drawn:
            part.pages[number] = drawn.pages[0]


def _flatten(part: pikepdf.Pdf) -> None:
    """What was filled in is seen; what could be pressed is gone."""
    if "/AcroForm" in part.Root:
        part.Root.AcroForm["/NeedAppearances"] = False  # what needed one is drawn
    part.flatten_annotations("all")
    for page in part.pages:
        for key in ("/Annots", "/AA", "/AF", "/Thumb"):
            if key in page:
                del page[key]


def _list_fields(part: pikepdf.Pdf, fields: list[tuple[str, str]], path: Path) -> None:
    """In letters of our own: the machine may lack those that the form's own fonts lack."""
    told = list(dict.fromkeys(fields))[:_MOST_FIELDS]
    lines = [Line(f"{name}: {value}" if name else value) for name, value in told]
    cover.draw([Line(_FIELDS, 16), *lines], path)
    with pikepdf.open(path) as drawn:
        part.pages.extend(drawn.pages)


def _forget_the_sender(part: pikepdf.Pdf) -> None:
    """Who made it, when, with what and where, wherever a picture or a page says so."""
    for each in part.objects:
        if not isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
            continue
        for key in ("/Metadata", "/PieceInfo"):
            if key in each:
                del each[key]
        if isinstance(each, pikepdf.Stream):
            _strip(part, each)


def _strip(part: pikepdf.Pdf, stream: Any) -> None:
    filters, parameters = (_listed(stream.get(key)) for key in ("/Filter", "/DecodeParms"))
    if not filters or filters[-1] != Name.DCTDecode:
        return
    packed = part.make_stream(stream.read_raw_bytes())
    if filters[1:]:
        packed.Filter = pikepdf.Array(filters[:-1])
    data = packed.read_bytes()
    try:
        picture, _ = jpeg.stripped(data)
    except ValueError:  # not whole: some readers show it all the same
        if any(sign in data for sign in _TELLING):
            raise
        return
    if picture != data:
        last = parameters[-1] if len(parameters) == len(filters) else None
        stream.write(picture, filter=Name.DCTDecode, decode_parms=last)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, pikepdf.Array) else [] if value is None else [value]


def _carry_layers(bound: pikepdf.Pdf, part: pikepdf.Pdf) -> None:
    """What a reader does not show at first, it does not show in the binder either."""
    layers = part.Root.get("/OCProperties")
    if layers is None:
        return
    default = layers.get("/D", pikepdf.Dictionary())
    every, on, off = layers.get("/OCGs", ()), default.get("/ON", ()), list(default.get("/OFF", ()))
    if default.get("/BaseState") == Name.OFF:
        off = [layer for layer in every if all(layer.objgen != other.objgen for other in on)]
    if "/OCProperties" not in bound.Root:
        nothing = pikepdf.Dictionary(OFF=[], AS=[])
        bound.Root.OCProperties = pikepdf.Dictionary(OCGs=[], D=nothing)
    ours = bound.Root.OCProperties
    for here, there in ((ours.OCGs, every), (ours.D.OFF, off), (ours.D.AS, default.get("/AS", ()))):
        for each in there:
            here.append(bound.copy_foreign(each if each.is_indirect else part.make_indirect(each)))
