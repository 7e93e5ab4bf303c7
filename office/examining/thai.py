"""Thai as it is set in type, without a shaping engine: fonts made for Thai have further forms of the marks, at the code
points that Windows once gave them. Which form stands where is known from the letters around it."""

from __future__ import annotations

#: Letters that reach up where marks stand; that lose their foot before a vowel below; that keep it.
_TALL, _FOOT, _DEEP = "ปฝฟฬ", {"ญ": "\uf70f", "ฐ": "\uf700"}, "ฎฏ"
_TONES, _SARA_AM = "".join(map(chr, range(0x0E48, 0x0E4D))), "\u0e33"
_ABOVE, _BELOW = "\u0e31\u0e34\u0e35\u0e36\u0e37\u0e47\u0e4d", "\u0e38\u0e39\u0e3a"
_LOW = dict(zip(_TONES + _BELOW, "\uf70a\uf70b\uf70c\uf70d\uf70e\uf718\uf719\uf71a", strict=True))
_LEFT = dict(
    zip(_TONES + _ABOVE, "\uf713\uf714\uf715\uf716\uf717\uf710\uf701\uf702\uf703\uf704\uf712\uf711", strict=True)
)
_LOW_LEFT = dict(zip(_TONES, "\uf705\uf706\uf707\uf708\uf709", strict=True))
#: What each form is a form of: readers and searches are told these.
FORMS = {form: letter for forms in (_LOW, _LEFT, _LOW_LEFT, _FOOT) for letter, form in forms.items()}

_MARKS = _TONES + _ABOVE + _BELOW
#: No line ends before these, nor after those that are written before their consonant.
_NOT_FIRST, _NOT_LAST = _MARKS + "\u0e4e" + _SARA_AM + "ะาๅๆฯ)”.,·:", "เแโใไ(“"


def formed(text: str) -> str:
    """The text with every mark in the form that its place asks for."""
    out: list[str] = []
    base, raised = "", False
    for at, letter in enumerate(text):
        if letter in _MARKS:
            raised = raised or letter in _ABOVE or text[at + 1 : at + 2] == _SARA_AM
            if letter in _BELOW and base in _FOOT:
                out[-1] = _FOOT[base]
            out.append(_form(letter, base, raised=raised))
        else:
            base, raised = (letter if "ก" <= letter <= "ฮ" else ""), False
            out.append(letter)
    return "".join(out)


def _form(mark: str, base: str, *, raised: bool) -> str:
    if base == "":
        return mark
    if mark in _BELOW:
        return _LOW[mark] if base in _DEEP else mark
    if mark in _TONES and not raised:
        return _LOW_LEFT[mark] if base in _TALL else _LOW[mark]
    return _LEFT[mark] if base in _TALL else mark


def may_break(text: str, at: int) -> bool:
    """Whether a line may end before this place without tearing letters apart; words are not known here."""
    return 0 < at < len(text) and text[at] not in _NOT_FIRST and text[at - 1] not in _NOT_LAST
