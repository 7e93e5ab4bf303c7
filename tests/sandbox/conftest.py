"""A world whose clock stands still, and what lives in it; one browser for all tests of the page."""

import pytest

from sandbox.world import World
from tests.sandbox.chromium import Chromium, find_chromium
from tests.sandbox.standin import SECRET, START, TOKEN, Api, Product


@pytest.fixture
def product():
    product = Product()
    yield product
    product.server.close()


@pytest.fixture
def world(product):
    world = World(SECRET, TOKEN, product.url, lambda: START, quota_limit=20)
    yield world
    world.close()


@pytest.fixture
def api(world):
    return Api(world)


@pytest.fixture
def citizen(world):
    person = world.add_person("สมชาย")
    assert world.wait_idle()
    return person


@pytest.fixture
def group(world):
    members = [world.add_person(follow=False).id for _ in range(5)]
    group = world.add_group("เจ้าหน้าที่", members)
    assert world.wait_idle()
    return group


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    with Chromium(str(find_chromium()), tmp_path_factory.mktemp("chromium")) as browser:
        yield browser
