"""Animations of the book wait until somebody plays them, and can be stopped and stepped."""

import pytest
from playwright.sync_api import expect

LECTURE = "lectures/03_convolution"
SHOWN = """player => {
    const film = player.querySelector(".film").getBoundingClientRect()
    const sheet = player.querySelector("img").getBoundingClientRect()
    return [Math.round((film.left - sheet.left) / film.width),
            Math.round((film.top - sheet.top) / film.height)]
}"""


@pytest.fixture
def player(page, book_site):
    """The first animation of lecture 03: nine frames, three by three."""
    page.goto((book_site / f"{LECTURE}.html").as_uri())
    player = page.locator(".player").first
    player.scroll_into_view_if_needed()
    expect(player.locator("img")).to_have_js_property("complete", True)
    return player


def shown(player):
    """Column and row of the frame that is seen."""
    return tuple(player.evaluate(SHOWN))


def at(player, step):
    expect(player.locator(".count")).to_have_text(f"{step} of 9")
    assert shown(player) == ((step - 1) % 3, (step - 1) // 3)


def test_it_waits_on_its_first_frame(player, page):
    page.wait_for_timeout(1500)

    at(player, 1)


def test_it_steps_forward_and_back_and_not_over_the_ends(player):
    forward = player.get_by_role("button", name="One step forward")
    back = player.get_by_role("button", name="One step back")

    back.click()
    at(player, 1)
    for step in range(2, 10):
        forward.click()
        at(player, step)
    forward.click()
    at(player, 9)
    back.click()
    at(player, 8)


def test_it_plays_and_is_paused(player, page):
    player.get_by_role("button", name="Play").click()
    expect(player.locator(".count")).to_have_text("2 of 9")
    player.get_by_role("button", name="Pause").click()
    before = shown(player)
    page.wait_for_timeout(1500)

    assert shown(player) == before
    assert player.get_by_role("button", name="Play").is_visible()


def test_after_one_run_it_stops_and_play_begins_again(player, page):
    player.evaluate("player => player.dataset.milliseconds = 30")

    player.get_by_role("button", name="Play").click()
    expect(player.get_by_role("button", name="Play")).to_be_visible()
    at(player, 9)
    page.wait_for_timeout(300)
    at(player, 9)

    player.evaluate("player => player.dataset.milliseconds = 60000")
    player.get_by_role("button", name="Play").click()
    at(player, 1)


def test_a_keyboard_is_enough(player, page):
    player.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    at(player, 3)
    page.keyboard.press("End")
    at(player, 9)

    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "One step forward"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    at(player, 1)
    assert player.get_by_role("button", name="Pause").is_visible()


def test_a_screen_reader_is_told_the_step(player):
    player.get_by_role("button", name="One step forward").click()

    expect(player.get_by_role("slider", name="Step")).to_have_attribute(
        "aria-valuetext", "Step 2 of 9"
    )
    assert player.get_attribute("aria-label") == "Animation, 9 steps"
    assert player.locator("img").get_attribute("alt").startswith("Animation: a 3x3 kernel slides")


def test_without_javascript_and_on_paper_the_last_frame_is_seen(player, page, chromium):
    page.emulate_media(media="print")
    assert shown(player) == (2, 2)
    assert not player.locator(".controls").is_visible()

    context = chromium.new_context(java_script_enabled=False)
    still = context.new_page()
    still.goto(page.url)
    transform = still.locator(".player .controls").first
    assert not transform.is_visible()
    context.close()


def test_no_picture_of_the_book_moves_by_itself(book_site):
    assert list(book_site.rglob("*.gif")) == []


def test_on_a_phone_all_of_it_is_seen(player, page):
    page.set_viewport_size({"width": 390, "height": 844})
    box = player.bounding_box()

    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    for knob in player.get_by_role("button").all():
        assert knob.bounding_box()["height"] >= 40
