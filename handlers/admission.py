"""Whether a link still leads anywhere: asked when the page is opened, and by every new file."""

from __future__ import annotations

from flows.conversation import Memory
from flows.uploads import CLOSED, room
from handlers import members
from handlers.links import Grant
from handlers.wiring import Wiring
from models import conversation
from office import cases


def why_closed(wiring: Wiring, grant: Grant, on_their_way: int = 0) -> str:
    """Why nothing more may be brought with this link, in words for its holder; "" if something may. So many files of
    the same draft or case are on their way already: they count as the case's, for a draft decides when they come."""
    with wiring.database.reading() as tx:
        closed: str | None = cases.closed_to_uploads(tx, grant.draft, wiring.office.files.most_added - on_their_way)
        talk = conversation.by_id(tx, grant.conversation_id)
        book = members.book_for(wiring, tx, talk) if talk else wiring.book
    if closed is None:
        open_draft = talk and room(book, Memory.from_data(talk.memory), grant.draft)
        closed = "" if open_draft else "gone"
    return CLOSED[closed] if closed else ""
