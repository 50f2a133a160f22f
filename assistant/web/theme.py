"""The page's look: calm blue on grey, light and dark, in the reader's own system fonts.

Gradio's themes name web fonts; here every font is one that the reader's machine has, so that the
page loads nothing from elsewhere.
"""

from __future__ import annotations

from importlib import resources

import gradio as gr
from gradio.themes.utils import colors, fonts, sizes

_FONTS = (
    "system-ui",
    "PingFang SC",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "sans-serif",
)
_MONO = ("ui-monospace", "Consolas", "Noto Sans Mono CJK SC", "monospace")
_QUIET, _QUIET_DARK = "#526174", "#a3b1c4"  # as --bq-muted in style.css
_NAVY = colors.Color(
    name="navy",
    c50="#f0f5fb",
    c100="#dce8f5",
    c200="#bcd2eb",
    c300="#8fb3dc",
    c400="#5d8dc8",
    c500="#356db3",
    c600="#235697",
    c700="#1c467b",
    c800="#193a64",
    c900="#162f50",
    c950="#0f1f36",
)


def theme() -> gr.themes.Base:
    """The Gradio theme."""
    made = gr.themes.Base(
        primary_hue=_NAVY,
        secondary_hue=_NAVY,
        neutral_hue=colors.slate,
        radius_size=sizes.radius_md,
        text_size=sizes.text_md,
        font=[fonts.Font(name) for name in _FONTS],
        font_mono=[fonts.Font(name) for name in _MONO],
    )
    return made.set(
        body_background_fill="#f4f6f9",
        body_background_fill_dark="#10151d",
        block_background_fill="#ffffff",
        block_background_fill_dark="#171e29",
        block_border_color="#dde3ea",
        block_border_color_dark="#2a3546",
        block_shadow="none",
        # Gradio's own greys are too faint to be read by everyone (WCAG AA: 4.5 to 1).
        **{
            name + ending: colour
            for name in (
                "body_text_color_subdued",
                "block_label_text_color",
                "block_title_text_color",
                "block_info_text_color",
                "input_placeholder_color",
            )
            for ending, colour in (("", _QUIET), ("_dark", _QUIET_DARK))
        },
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_500",
        button_primary_background_fill_hover_dark="*primary_400",
        button_primary_text_color="#ffffff",
        input_background_fill="#ffffff",
        input_background_fill_dark="#121924",
    )


def style() -> str:
    """The pages' style sheet."""
    return file("style.css") + file("documents.css")


def plain_style() -> str:
    """The style sheet of pages without Gradio."""
    return file("plain.css")


def script(name: str, *, viewer: bool = True) -> str:
    """What a part of a page does in the browser (the body of a function; see Gradio's `gr.HTML`).

    With `viewer`, it is a part that shows PDF pages.
    """
    return (file("viewer.js") if viewer else "") + file(name)


def file(name: str) -> str:
    """A style sheet or script that ships with the pages."""
    return resources.files("assistant.web").joinpath(name).read_text(encoding="utf-8")
