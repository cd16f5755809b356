"""Markdown that people wrote, as HTML that can do nothing: no markup of theirs, no pictures of elsewhere, no styles."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

_SCHEMES = frozenset({"", "http", "https", "mailto", "tel"})
_FIRST = 3  # a page has its h1, and a section its h2
_DEEPEST = 6
_RULES = ("table", "strikethrough")


def rendered(text: str, title: str = "") -> Markup:
    """The text as HTML, its headings below those of a page; a first heading that repeats the title is left out."""
    tokens = _MARKDOWN.parse(text)
    if title and _repeats(tokens, title):
        tokens = tokens[3:]
    _below_the_page(tokens)
    _without_styles(tokens)
    return Markup(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))  # noqa: S704 - html=False escapes it all


def _repeats(tokens: Sequence[Token], title: str) -> bool:
    first = [token.type for token in tokens[:2]] == ["heading_open", "inline"]
    return first and " ".join(tokens[1].content.split()) == " ".join(title.split())


def _below_the_page(tokens: Sequence[Token]) -> None:
    """No heading is more than one step below the one before it, however they were written."""
    last, shown = _FIRST - 1, _FIRST
    for token in tokens:
        if token.type == "heading_open":
            shown = last = min(int(token.tag[1]) + _FIRST - 1, last + 1, _DEEPEST)
            token.tag = f"h{shown}"
        elif token.type == "heading_close":
            token.tag = f"h{shown}"


def _without_styles(tokens: Sequence[Token]) -> None:
    """A column is aligned by a style, which the console's pages allow nowhere; numbers keep to the right by class."""
    for token in tokens:
        if token.attrs.pop("style", None) == "text-align:right":
            token.attrJoin("class", "number")


def _harmless(url: str) -> bool:
    try:
        return urlsplit(url.strip()).scheme.lower() in _SCHEMES
    except ValueError:
        return False


def _picture(_: RendererHTML, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    """A picture is a link to it: a page of the console shows nothing from elsewhere."""
    token = tokens[at]
    words = token.content or "picture"
    return str(Markup('<a href="{}" rel="{}">{}</a>').format(token.attrGet("src") or "", _REL, words))


def _link(renderer: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    tokens[at].attrSet("rel", _REL)
    return renderer.renderToken(tokens, at, options, env)


_REL = "noopener noreferrer nofollow"


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable(list(_RULES))
    markdown.validateLink = _harmless  # type: ignore[method-assign]  # as its manual says
    markdown.add_render_rule("image", _picture)
    markdown.add_render_rule("link_open", _link)
    return markdown


_MARKDOWN = _markdown()
