"""Places in a slot: as many as there are, whoever asks at the same moment."""

import threading
from datetime import date

from models import booking

WHERE = ("tram", "river", date(2026, 12, 15))


def test_places_are_given_as_long_as_there_are_any(database):
    given = []

    def ask():
        with database.transaction() as tx:
            given.append(booking.take(tx, WHERE, "r09", 2, 5))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == 4
    assert sum(slot is not None for slot in given) == 2
    with database.reading() as tx:
        assert booking.taken(tx, WHERE, ("r09", "r13")) == {"r09": 4}
