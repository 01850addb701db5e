"""Components that wrap a body."""

from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from visavis.design.tags.registry import register

NOTICE_ICONS = {
    "info": "info",
    "success": "circle-check",
    "warning": "triangle-alert",
    "urgent": "circle-alert",
}


def _component(name: str, content: str, **values: object) -> SafeString:
    return render_to_string(f"design/components/{name}.html", {"content": content, **values})


@register.simple_block_tag
def buttons(content: str) -> SafeString:
    """Put buttons in a row."""
    return format_html('<div class="buttons">{}</div>', content)


@register.simple_block_tag
def notice(content: str, title: str = "", kind: str = "info", focus: bool = False) -> SafeString:
    """Say something that matters on this page."""
    return _component(
        "notice",
        content,
        title=title,
        kind=kind,
        focus=focus,
        sign=NOTICE_ICONS[kind],
        is_announced=kind in ("urgent", "success"),
    )


@register.simple_block_tag
def panel(content: str, title: str, reference: str = "", joy: bool = True) -> SafeString:
    """Confirm that something has been done."""
    return _component("panel", content, title=title, reference=reference, joy=joy)


@register.simple_block_tag
def summary_list(content: str, title: str = "") -> SafeString:
    """Wrap the rows of an answers' summary."""
    return _component("summary_list", content, title=title)


@register.simple_block_tag
def details(content: str, summary: str, is_open: bool = False) -> SafeString:
    """Hide an explanation behind its question."""
    return _component("details", content, summary=summary, is_open=is_open)


@register.simple_block_tag
def help_box(content: str, title: str, icon: str = "life-buoy") -> SafeString:
    """Put help beside the page."""
    return _component("help_box", content, title=title, icon=icon)


@register.simple_block_tag
def facts(content: str) -> SafeString:
    """Wrap the facts of a service."""
    return format_html('<dl class="facts">{}</dl>', content)


@register.simple_block_tag
def empty_state(content: str, title: str, icon: str = "inbox") -> SafeString:
    """Say that there is nothing here yet, and what to do."""
    return _component("empty_state", content, title=title, icon=icon)


@register.simple_block_tag
def table_frame(content: str, caption: str = "", hide_caption: bool = False) -> SafeString:
    """Wrap the rows of a table so that it scrolls inside itself."""
    return _component("table_frame", content, caption=caption, hide_caption=hide_caption)


@register.simple_block_tag
def qr_holder(content: str, caption: str = "", address: str = "") -> SafeString:
    """Give a QR code its quiet zone and its words."""
    return _component("qr_holder", content, caption=caption, address=address)


@register.simple_block_tag
def private_note(content: str) -> SafeString:
    """Say who sees what is typed here."""
    return _component("private_note", content)


@register.simple_block_tag(takes_context=True)
def auto_save(context: Context, content: str, url: str) -> SafeString:
    """Save the wrapped form in the background."""
    draft_code = context.get("draft_code", "")
    return _component("auto_save", content, url=url, draft_code=draft_code)


@register.simple_block_tag
def submit_once(content: str) -> SafeString:
    """Let the wrapped form be sent by one tap only."""
    return format_html("<submit-once>{}</submit-once>", content)
