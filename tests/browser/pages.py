"""The pages as people use them: what they read, what they press, what they type."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, Response

from portal.demo.people import PASSWORD


class Screen:
    """What one person has in front of them."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def heading(self) -> str:
        """The one heading that names the page."""
        return " ".join(self.page.locator("h1").inner_text().split())

    @property
    def words(self) -> str:
        """All that can be read in the main part."""
        return " ".join(self.page.locator("main").inner_text().split())

    @property
    def place(self) -> str:
        """The address without the server's name."""
        return re.sub(r"^https?://[^/]+", "", self.page.url)

    def open(self, place: str) -> Response | None:
        """Go to an address."""
        return self.page.goto(place)

    def press(self, words: str, *, within: str = "main") -> None:
        """Press the button with these words, and wait for the page it leads to."""
        self.page.locator(within).get_by_role("button", name=words).first.click()
        self.page.wait_for_load_state("domcontentloaded")

    def follow(self, words: str, *, within: str = "main") -> None:
        """Follow the link with these words, and wait for the page it leads to."""
        self.page.locator(within).get_by_role("link", name=words).first.click()
        self.page.wait_for_load_state("domcontentloaded")

    def type(self, label: str, words: str) -> None:
        """Type into the field with this label."""
        self.page.locator("main").get_by_label(label).first.fill(words)

    def choose(self, words: str) -> None:
        """Choose the answer with these words, by its label, as a finger or a mouse does."""
        self.page.locator("main label").filter(has_text=words).first.click()

    def is_chosen(self, words: str) -> bool:
        """Whether the answer with these words is chosen."""
        return self.page.locator("main").get_by_label(words).first.is_checked()

    def back(self) -> None:
        """The browser's own Back."""
        self.page.go_back()

    def error_box(self) -> Locator:
        return self.page.locator("[data-error-box]")

    def shows(self, words: str) -> bool:
        """Whether these words can be read now."""
        return words in self.words


class Home(Screen):
    """The start page."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen.page)
        self.open("/")

    def search(self, words: str) -> Results:
        """Type into the large field and press Search."""
        self.page.locator("#home-q").fill(words)
        self.press("Search", within="main")
        return Results(self)


class Results(Screen):
    """What a search found."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen.page)

    @property
    def kinds(self) -> list[str]:
        """Guide, or step by step, of each result in order."""
        return [words.strip() for words in self.page.locator(".sp-result .sp-kind").all_inner_texts()]

    @property
    def titles(self) -> list[str]:
        return self.page.locator(".sp-result h3").all_inner_texts()

    @property
    def guides(self) -> list[str]:
        """The titles of the guides among the results."""
        return [title for kind, title in zip(self.kinds, self.titles, strict=True) if kind == "Guide"]

    def open_result(self, title: str) -> None:
        """Open a result by its title."""
        self.page.locator(".sp-result h3").get_by_role("link", name=title, exact=True).click()
        self.page.wait_for_load_state("domcontentloaded")


class Guide(Screen):
    """A guide."""

    def __init__(self, screen: Screen, slug: str) -> None:
        super().__init__(screen.page)
        self.slug = slug
        self.open(f"/articles/{slug}")

    def say_no(self) -> None:
        self.follow("No", within="#solved")

    def say_yes(self) -> None:
        self.press("Yes", within="#solved")


class Run(Screen):
    """A walk through a diagnostic."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen.page)

    @classmethod
    def begin(cls, screen: Screen, slug: str) -> Run:
        """Open a diagnostic and start it."""
        screen.open(f"/diagnose/{slug}")
        screen.press("Start now")
        return cls(screen)

    @property
    def code(self) -> str:
        """The code to say on the phone."""
        return self.page.locator(".sp-plate").first.inner_text()

    @property
    def answers(self) -> dict[str, str]:
        """The answers so far: question and answer."""
        rows = self.page.locator(".sp-sofar .sp-answers > div").all()
        return {row.locator("dt").inner_text(): row.locator("dd").first.inner_text() for row in rows}

    def answer(self, words: str) -> None:
        """Choose an answer and continue."""
        self.choose(words)
        self.press("Continue")

    def report(self, words: str) -> None:
        """Say what happened after a step."""
        self.press(words)

    def give(self, words: str) -> None:
        """Type a fact and continue."""
        self.page.locator("#answer").fill(words)
        self.press("Continue")

    def change(self, question: str) -> None:
        """Change an answer that was given before."""
        self.follow(f"Change your answer to: {question}")

    def skip(self) -> None:
        """Leave a fact empty and go on."""
        self.press("Continue")

    def to_the_check_page(self) -> None:
        """The shortest walk of the label printer's diagnostic that ends with a request."""
        self.answer("No, no one is waiting")
        self.answer("Red or orange")
        self.stop_here()

    def stop_here(self) -> None:
        self.follow("Stop here and send what I have")

    def send(self) -> Sent:
        self.press("Send to the help desk")
        return Sent(self)


class Contact(Screen):
    """Who asks, and where we call back."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen.page)

    def give(self, *, office: str = "yellowstone", name: str = "Pat", phone: str = "406-555-0117") -> None:
        """Fill in the contact page and continue."""
        self.fill(office=office, name=name, phone=phone)
        self.press("Continue")

    def fill(self, *, office: str = "yellowstone", name: str = "Pat", phone: str = "406-555-0117") -> None:
        self.page.locator("#office").select_option(office)
        self.page.locator("#name").fill(name)
        self.page.locator("#phone").fill(phone)


class AskForm(Screen):
    """The form for a request without a diagnostic."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen.page)

    @property
    def typed(self) -> str:
        """The words in the large field."""
        return self.page.locator("#words").input_value()

    def send(self) -> Sent:
        """Answer the questions in the least urgent way and send."""
        self.choose("No, no one is waiting")
        self.page.locator("#reach label").first.click()
        self.page.locator("#urgency label").last.click()
        Contact(self).fill()
        self.press("Send to the help desk")
        return Sent(self)


class Sent(Screen):
    """We have your request."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen.page)

    @property
    def number(self) -> str:
        return self.page.locator(".sp-plate").first.inner_text()

    def open_request(self) -> Request:
        self.follow("Open my request")
        return Request(self)


class Request(Screen):
    """A request as the clerk sees it, by its private link."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen.page)

    @property
    def state(self) -> str:
        return self.page.locator(".sp-stateline .sp-state").inner_text().strip()

    @property
    def messages(self) -> list[str]:
        return [" ".join(words.split()) for words in self.page.locator(".sp-thread > li").all_inner_texts()]


class SignIn(Screen):
    """The door for people with an account."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen.page)

    def as_person(self, email: str, password: str = PASSWORD) -> None:
        """Sign in, whatever page that leads to."""
        self.open("/sign-in")
        self.type("Work e-mail", email)
        self.page.locator("#password").fill(password)
        self.press("Continue")


class DeskTicket(Screen):
    """A request as the help desk sees it."""

    def __init__(self, screen: Screen, number: str) -> None:
        super().__init__(screen.page)
        self.open(f"/desk/tickets/{number}")

    @property
    def story(self) -> str:
        """What the clerk answered and tried, as the desk reads it."""
        return " ".join(self.page.locator("details.st-run").inner_text().split())

    @property
    def priority(self) -> str:
        return " ".join(self.page.locator(".st-props").inner_text().split())

    def reply(self, words: str) -> None:
        self.page.locator("#reply-text").fill(words)
        self.page.locator("#reply").get_by_role("button", name="Send to").click()


class Editor(Screen):
    """Where an author writes a guide."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen.page)

    @classmethod
    def begin(cls, screen: Screen, title: str) -> Editor:
        """Begin the draft of a guide."""
        screen.open("/author/guides/new")
        screen.type("Title, in the words of a clerk", title)
        screen.press("Begin a draft")
        return cls(screen)

    @property
    def preview(self) -> str:
        return " ".join(self.page.locator("[data-preview]").inner_text().split())

    def write(self, text: str, *, symptoms: str) -> None:
        """Type the text and the words that clerks use."""
        self.page.locator("#source").fill(text)
        self.type("Symptoms, one a line", symptoms)

    def check(self) -> None:
        self.press("Check")

    def publish(self) -> None:
        """Save, look at who will see it, and publish."""
        self.press("Save and publish…")
        self.press("Publish version")
