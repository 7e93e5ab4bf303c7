"""Who does the work: the office's own units, and the agencies to which a misdirected matter is sent on."""

from __future__ import annotations

from dataclasses import dataclass

from services.toml_table import Table

LABEL_GRAPHEMES = 20
"""LINE, quick reply: a longer label is refused."""


@dataclass(frozen=True)
class Unit:
    """กอง/สำนัก: who does the work. `phone` as it is to be read out; `ref` is how ที่ of its letters is written, as in
    "พร 51006/{n}", "" if the system does not number them."""

    key: str
    name: str
    phone: str
    ref: str = ""

    def letter(self, number: int, year: int) -> str:
        """ที่ of the letter with this number of the Buddhist year."""
        return self.ref.replace("{n}", str(number)).replace("{year}", str(year))


@dataclass(frozen=True)
class Agency:
    """หน่วยงานอื่น: where somebody is sent who came to the wrong one (B17). `label` fits a button."""

    key: str
    label: str
    name: str
    phone: str


def read_unit(table: Table) -> Unit:
    ref = table.text("ref", default="")
    rest = ref.replace("{n}", "", 1).replace("{year}", "", 1)
    if ref and ("{n}" not in ref or "{" in rest or "}" in rest):
        table.fault("ref", f"“ref” ต้องมี {{n}} หนึ่งแห่ง และอาจมี {{year}} หนึ่งแห่ง แต่พบ “{ref}”")
    return Unit(table.key(), table.text("name"), table.text("phone"), ref)


def read_agency(table: Table) -> Agency:
    label = table.text("label", graphemes=LABEL_GRAPHEMES)
    return Agency(table.key(), label, table.text("name"), table.text("phone"))
