"""Our dialect of Markdown: list indents and fences as authors write them, ``:::`` blocks, pictures, clean HTML."""

from __future__ import annotations

import re
from html import escape
from typing import Any

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import HtmlInlineProcessor, InlineProcessor
from markdown.preprocessors import Preprocessor

from kb.list_indents import with_four_space_lists

BLOCK_NAMES = ("voter-waiting", "technician", "note")

# Marks that no author can type: these two letters are taken out of every source first.
OPEN_MARK, CLOSE_MARK = "\uf8e0", "\uf8e1"

TAGS = frozenset(
    "a abbr b blockquote br caption cite code dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr "  # noqa: SIM905
    "i img ins kbd li mark ol p pre q s samp small strong sub summary sup table tbody td tfoot th thead tr u ul "
    "var".split()
)
ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
SCHEMES = frozenset({"http", "https", "mailto", "tel"})

# Misnested tables and lists settle after two or three readings.
_MOST_ROUNDS = 6

_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff\uf8e0\uf8e1\ud800-\udfff]")
_PLACEHOLDER = re.compile(r"\{\{[ \t]*([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)[ \t]*\}\}")
_OPENING = re.compile(r" {0,3}:::[ \t]*([A-Za-z][\w-]*)[ \t]*$")
_CLOSING = re.compile(r" {0,3}:::[ \t]*$")
_FENCE = re.compile(r"^([ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(`{3,}|~{3,})[ \t]*([^`]*)$")
_DOCS_PICTURE = re.compile(r":::[ \t]*image[ \t]+([^\n]{1,2000}?):::")
# An open <p> or <div> would make everything after it raw HTML; our pages have no use for either.
_WRAPPER = re.compile(
    r"^ {0,3}(?:</?(?:div|p|section|article|center|main|header|footer)\b[^<>\n]*>[ ]*)+", re.MULTILINE
)
_WRAPPER_END = re.compile(r"(?:</(?:div|p|section|article|center|main|header|footer)>[ ]*)+$", re.MULTILINE)
_DOCS_VALUE = re.compile(r'([a-z-]+)="([^"]*)"')
_DOCS_INCLUDE = re.compile(r"\[!INCLUDE[ \t]*(\[[^\]\n]*\]\([^)\n]*\))\]", re.IGNORECASE)
_DOCS_TEXT = re.compile(r':::[ \t]*no-loc[ \t]+text="([^"\n]*)"[ \t]*:::')


def plain_source(source: str) -> str:
    """The source with one kind of line end and without control letters. Placeholders lose their inner blanks."""
    text = _NOT_TEXT.sub("", source.replace("\r\n", "\n").replace("\r", "\n"))
    return _PLACEHOLDER.sub(r"{{\1}}", text.expandtabs(4))


def to_html(source: str) -> str:
    """Unsanitised HTML of a plain source, ``:::`` blocks as paragraphs of marks. May take long: see ``rendering``."""
    markdown = Markdown(extensions=["tables", "sane_lists", OurDialect()], output_format="html")
    return markdown.convert(source)


def sanitise(html: str) -> str:
    """HTML that is safe to show: no ids, names, classes, styles or scripts. Doing it twice changes nothing."""
    for _ in range(_MOST_ROUNDS):
        cleaned = _cleaned(html, TAGS)
        if cleaned == html:
            return html
        html = cleaned
    # HTML that reads differently each time it is read is how scripts slip through: only its words stay.
    return _cleaned(html, frozenset())


def _cleaned(html: str, tags: frozenset[str]) -> str:
    return nh3.clean(
        html,
        tags=set(tags),
        clean_content_tags={"script", "style", "title", "textarea", "iframe", "noscript", "template"},
        attributes={name: kept for name, kept in ATTRIBUTES.items() if name in tags},
        url_schemes=set(SCHEMES),
        link_rel="noopener",
        strip_comments=True,
        generic_attribute_prefixes=set(),
    )


class OurDialect(Extension):
    """Hangs our preprocessors into Python-Markdown, in the order in which they must run."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        md.preprocessors.register(_Lines(md), "signpost-lines", 28)
        md.inlinePatterns.register(_EscapedBracket(r"\\([<&])", md), "signpost-bracket", 181)
        md.inlinePatterns.register(_KnownTagsOnly(_KnownTagsOnly.PATTERN, md), "html", 90)


class _Lines(Preprocessor):
    """Pictures of other systems, fences, lists and ``:::`` blocks, before Markdown sees the lines."""

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        # Code is set aside first: what stands in it is never a block, a list or a picture.
        set_aside = _without_fences(text.split("\n"), self._stash)
        text = _DOCS_PICTURE.sub(_as_picture, "\n".join(set_aside))
        text = _DOCS_INCLUDE.sub(r"\1", _DOCS_TEXT.sub(r"\1", text))
        text = _WRAPPER_END.sub("", _WRAPPER.sub("\n", text))
        return with_four_space_lists(_with_marks(text.split("\n")))

    def _stash(self, code: str) -> str:
        return self.md.htmlStash.store(f"<pre><code>{escape(code, quote=False)}\n</code></pre>")


class _KnownTagsOnly(HtmlInlineProcessor):
    """Leaves HTML to the sanitiser, but shows ``<server name>`` and the like as the text it is."""

    PATTERN = r"(<(\/?[a-zA-Z][^<>@ ]*( [^<>]*)?|!--(?:(?!<!--|-->).)*--)>)"

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Any, int, int]:  # type: ignore[override]  # noqa: N802
        name = re.match(r"</?([a-zA-Z][a-zA-Z0-9]*)[\s/>]", m.group(1))
        if m.group(1).startswith("<!--") or (name and name.group(1).lower() in _HTML_NAMES):
            return super().handleMatch(m, data)  # type: ignore[return-value]
        return self.md.htmlStash.store(escape(m.group(1), quote=False)), m.start(0), m.end(0)


class _EscapedBracket(InlineProcessor):
    r"""Shows ``\<`` as a bracket; Python-Markdown would show the backslash, too."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]  # noqa: ARG002, N802
        return self.md.htmlStash.store(escape(m.group(1))), m.start(0), m.end(0)


# Tags that are dropped, not shown: they are HTML, only not allowed here.
_HTML_NAMES = TAGS | frozenset(
    "script style iframe object embed form input button select option textarea label font center span section "  # noqa: SIM905
    "article header footer nav main aside svg math link meta base body html head title video audio source track "
    "canvas picture map area col colgroup template noscript frame frameset marquee big tt strike fieldset legend "
    "param applet bdo bdi wbr ruby rt rp time data output progress meter dialog slot portal xmp plaintext image "
    "animate set use foreignobject".split()
)


def _without_fences(lines: list[str], stash: Any) -> list[str]:
    kept: list[str] = []
    at = 0
    while at < len(lines):
        opening = _FENCE.match(lines[at])
        end = _end_of_fence(lines, at, opening) if opening else None
        if opening is None or end is None:
            kept.append(lines[at])
            at += 1
            continue
        indent = len(opening.group(1))
        code = "\n".join(
            line[min(indent, len(line) - len(line.lstrip(" "))) :] for line in lines[at + 1 : end]
        )
        # A fence may begin on the line of a list item; then the item's mark stays before it.
        lead = opening.group(1)
        kept += ["", " " * indent + stash(code), ""] if not lead.strip() else [lead + stash(code), ""]
        at = end + 1
    return kept


def _end_of_fence(lines: list[str], at: int, opening: re.Match[str]) -> int | None:
    """The line that closes a fence, or None: an unclosed fence stays text."""
    fence = opening.group(2)
    closing = re.compile(rf"[ ]*{re.escape(fence[0])}{{{len(fence)},}}[ ]*$")
    return next((number for number in range(at + 1, len(lines)) if closing.match(lines[number])), None)


def _as_picture(match: re.Match[str]) -> str:
    values = dict(_DOCS_VALUE.findall(match.group(1)))
    source = values.get("source", "").replace(" ", "%20")
    if not source:
        return match.group(0)
    words = re.sub(r"[\[\]\\]", "", values.get("alt-text", ""))
    return f"![{words}]({source})"


def _with_marks(lines: list[str]) -> list[str]:
    """Each closed block of ours between two marks, each a paragraph of its own; other ``:::`` lines as they are."""
    pairs = _pairs(lines)
    marked: list[str] = []
    for number, line in enumerate(lines):
        if number in pairs:
            mark = f"{OPEN_MARK}{pairs[number]}{OPEN_MARK}" if pairs[number] else CLOSE_MARK
            marked += ["", mark, ""]
        else:
            marked.append(line)
    return marked


def _pairs(lines: list[str]) -> dict[int, str]:
    """The opening lines with their block's name and the closing lines with none, by line number."""
    waiting: list[tuple[int, str]] = []
    pairs: dict[int, str] = {}
    for number, line in enumerate(lines):
        if opening := _OPENING.match(line):
            waiting.append((number, opening.group(1).lower()))
        elif waiting and _CLOSING.match(line):
            start, name = waiting.pop()
            if name in BLOCK_NAMES:
                pairs |= {start: name, number: ""}
    return pairs
