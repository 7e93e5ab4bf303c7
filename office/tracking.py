"""รหัสติดตาม: names a case to whoever holds it, and cannot be guessed."""

from __future__ import annotations

import secrets

from flows.thai import arabic

#: Letters and digits that cannot be taken for one another, by eye or by ear: 25⁸ codes.
CODE_LETTERS = "ACDEFGHJKMNPQRTUVWXY34679"


def new_code() -> str:
    """A tracking code that nobody can guess: XXXX-XXXX."""
    while True:
        letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(8))
        if not (letters.isalpha() or letters.isdigit()):  # else, without its dash, it could be a word or a number
            return f"{letters[:4]}-{letters[4:]}"


def tidy_code(typed: str) -> str:
    """The code as we write it, however it was typed."""
    letters = "".join(letter for letter in arabic(typed).upper() if letter.isalnum())
    return f"{letters[:4]}-{letters[4:]}"
