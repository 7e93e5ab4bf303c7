"""ลงรับ, ลงส่ง, ยกเลิกเลข as conversations: what they ask, what they understand, what they wish of the office."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.book import open_book
from flows.checks import NotUnderstood, entry_number
from flows.effects import Dismiss, EnterLetter, Forget, Intake, OpenCase, VoidNumber
from flows.events import Told, Typed
from flows.incoming import Moment
from flows.registers import WORDS, asked_for, staff_book
from flows.thai import BANGKOK
from services.units import Agency
from tests.flows.conftest import OFFICE, Citizen, picture
from tests.flows.test_anything import act, perform
from tests.flows.test_versions import keys

DESK = replace(OFFICE, agencies=(Agency("power", "การไฟฟ้า", "การไฟฟ้าส่วนภูมิภาค", "1129"),))
BOOK = staff_book(open_book(DESK), tuple(WORDS))
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=BANGKOK)

FROZEN = {
    ("incoming", 1): (
        "kind[letter complaint tip misdirected spam] agency[power unknown] reason[ad fraud repeat empty]"
        " channel[counter post phone email web other] came ref dated sender addressee subject unit[works none]"
        " category tip_category[bribe procure] place details evidence files"
        " identity[open confidential anonymous] name phone review"
    ),
    ("outgoing", 1): "addressee subject unit[works] ref dated channel[post email counter] files review",
    ("void", 1): "book[incoming outgoing] number why review",
    ("prove", 1): (
        "number purpose[withdraw service] came[yes no] manner[office video]"
        " document[id_card passport driving_licence] digits image review"
    ),
}


class Clerk(Citizen):
    """A member of the staff, and the office's answers to them."""

    def _office(self, effect):
        match effect:
            case OpenCase(intake=Intake()):
                told = super()._office(effect)
                return Told("desk", {"act": "case", **told.value}, self.now)
            case EnterLetter():
                letter = {"number": 7, "year": 2569, "reference": "2569-000007", "ref": "-", "book": effect.book}
                return Told("desk", {"act": "letter", **letter, "received_at": self.now.isoformat()}, self.now)
            case Dismiss():
                return Told("desk", {"act": "discarded", "office": "", "name": "", "phone": ""}, self.now)
            case VoidNumber():
                return Told("desk", {"act": "not_voided", "why": "ไม่พบเลขนี้"}, self.now)
        return super()._office(effect)


@pytest.fixture
def clerk():
    return Clerk(BOOK)


def answers(clerk, *texts):
    for text in texts:
        clerk.says(text)
    return clerk


@pytest.mark.parametrize(("flow", "version"), list(FROZEN))
def test_keys_of_a_released_version_do_not_change(flow, version):
    assert keys(BOOK.flows[flow, version]) == FROZEN[flow, version]


SAYS = {
    ("ลงรับ", "4", "1"): "ในนามของท่าน",
    ("ลงส่ง", "นายอำเภอ", "ส่งข้อมูล", "1", "ศน 1/1", "ข้าม", "1", "ข้าม"): "ในนามของท่าน",
    ("ยกเลิกเลข 1/2569 ลงซ้ำ",): "นำกลับมาใช้ไม่ได้",
}


@pytest.mark.parametrize(("way", "own"), SAYS.items())
def test_the_check_page_says_what_the_tap_means_to_the_staff(clerk, way, own):
    answers(clerk, *way)
    assert own in clerk.bot.text
    assert "ข้าพเจ้าขอรับรอง" not in clerk.bot.text


#                  typed                     understood as
WHEN = {
    "a day and a time": ("21/11/2569 09.15", "2026-11-21T09:15:00+07:00"),
    "in Thai digits": ("๒๑ พ.ย. ๖๙ เวลา ๙:๑๕ น.", "2026-11-21T09:15:00+07:00"),
    "a time of today": ("9.15", "2026-11-24T09:15:00+07:00"),
    "to come": ("24/11/2569 12.01", None),
    "long ago": ("24/11/2560 12.01", None),
    "no time": ("21/11/2569", None),
    "no such time": ("21/11/2569 24.00", None),
    "no such day": ("31/11/2569 09.00", None),
    "a Gregorian year": ("21/11/2026 09.00", None),
}


@pytest.mark.parametrize(("typed", "understood"), WHEN.values(), ids=WHEN)
def test_when_something_came(typed, understood):
    step = Moment(key="came", title="", question="")
    if understood is None:
        with pytest.raises(NotUnderstood):
            step.read(Typed(typed, NOON))
    else:
        assert step.read(Typed(typed, NOON)) == understood


#               words                              the flow and its answers
ASKED = {
    "the word": ("ลงรับค่ะ", ("incoming", {})),
    "all at once": ("ยกเลิกเลข ๑๒/๒๕๖๙ ลงซ้ำ", ("void", {"book": "incoming", "number": "12/2569", "why": "ลงซ้ำ"})),
    "of a letter sent": ("ยกเลิกเลขส่ง 3 / 2569", ("void", {"book": "outgoing", "number": "3/2569"})),
    "a year that is none": ("ยกเลิกเลข 3/2026 ลงซ้ำ", ("void", {"book": "incoming"})),
    "the word alone": ("ยกเลิกเลข", ("void", {})),
    "to cancel a talk": ("ยกเลิก", None),
    "a sentence": ("อยากทราบวิธีลงรับหนังสือ", None),
}


@pytest.mark.parametrize(("words", "asked"), ASKED.values(), ids=ASKED)
def test_the_words_of_the_staff(words, asked):
    assert asked_for(BOOK, words) == asked


def test_words_that_are_not_theirs_are_not_understood():
    book = staff_book(open_book(DESK), ("incoming",))
    assert asked_for(book, "ลงรับ") == ("incoming", {})
    assert asked_for(book, "ลงส่ง") is asked_for(book, "ยกเลิกเลข 1/2569 ลงซ้ำ") is None
    assert asked_for(open_book(DESK), "ลงรับ") is None


@pytest.mark.parametrize("number", ["0/2569", "12", "12/69", "12/2569 13", "-1/2569"])
def test_a_number_has_its_year(number):
    with pytest.raises(NotUnderstood):
        entry_number(number)


def test_nothing_of_another_branch_is_filed(clerk):
    """The kind was changed on the check page: what was said of the letter is not said of the complaint, and the scan of
    what is not registered at all is let go."""
    answers(clerk, "ลงรับ", "1", "2", "ขณะนี้", "ข้าม", "ข้าม", "อำเภอ", "ข้าม", "ขอข้อมูล", "1").sends_photo("scan")
    answers(clerk, "ส่งครบแล้ว", "แก้ไข", "1", "5", "1").taps("ยืนยันและส่ง")
    assert [(one.agency, one.reason) for one in clerk.wished(Dismiss)] == [("", "ad")]
    assert clerk.wished(Forget) == [Forget((picture("scan"),))]
    assert clerk.wished(EnterLetter) == []


def test_what_came_now_came_when_it_was_said(clerk):
    """Not when the draft, that waited over the weekend, was confirmed."""
    answers(clerk, "ลงรับ", "1", "1", "ข้าม").taps("ขณะนี้")
    said = clerk.now
    clerk.waits(days=2).says("ทำต่อ")
    answers(clerk, "ข้าม", "ข้าม", "อำเภอ", "ข้าม", "ขอข้อมูล", "1", "ข้าม").taps("ยืนยันและส่ง")
    assert [datetime.fromisoformat(one.intake.came) for one in clerk.wished(EnterLetter)] == [said]


def test_a_scan_that_was_sent_first_goes_along_and_words_do_not(clerk):
    clerk.sends_photo("scan").says("ฝากลงรับหนังสือฉบับนี้ด้วย ส่งมาเมื่อวานตอนเย็น").says("ลงรับ")
    assert "ยังไม่ได้ใช้ข้อความที่ส่งมา" in clerk.bot.text
    assert [got.file for got in clerk.remembered.talk.files] == [picture("scan")]


def test_by_telephone_no_letter_is_asked_for(clerk):
    assert clerk.says("ลงรับ").says("2").says("3").says("ขณะนี้").step == "category"


def test_what_comes_after_a_letter_is_not_offered_to_it(clerk):
    answers(clerk, "ลงรับ", "1", "2", "ขณะนี้", "ข้าม", "ข้าม", "อำเภอ", "ข้าม", "ขอข้อมูล", "1", "ข้าม").taps("ยืนยันและส่ง")
    clerk.sends_photo("another")
    assert "เลขรับที่ 7/2569" not in clerk.bot.text
    assert "แจ้งเรื่องร้องเรียน" in clerk.bot.labels()


def test_a_draft_is_gone_with_the_membership(clerk):
    answers(clerk, "ลงรับ", "1", "2", "ขณะนี้")
    clerk.book = open_book(DESK)
    clerk.says("สวัสดี")
    assert clerk.remembered.talk is None


@pytest.mark.parametrize("start", list(WORDS.values()))
@settings(max_examples=40, deadline=None)
@given(acts=st.lists(act, max_size=25))
def test_whatever_the_staff_do_we_have_something_to_say(start, acts):
    clerk = Clerk(BOOK).says(start)
    for what, how in acts:
        perform(clerk, what, how)
        assert clerk.bot.said or what in {"late", "unsend", "edit", "wait"}, (what, how)
    assert clerk.now - NOON < timedelta(days=400)
