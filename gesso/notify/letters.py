"""What a mail looks like: the same in plain words and as HTML, in the team's colour and with its logo.

The HTML is for the oldest readers of mail: tables, styles at each tag, and one block of styles for those that know dark
grounds. It loads nothing from anywhere: pictures are parts of the mail. All that somebody wrote is escaped, and what
goes into a header is one line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import Final

import numpy as np

from gesso.imaging import picture
from gesso.kit.text import one_line

ACCENT: Final = "#c4ed48"
"""The studio's own colour, where a team has no kit."""
POLICY: Final = SMTP.clone(max_line_length=990)
"""Python folds a long address without blanks in the middle, as an encoded word: no reader of mail would follow it."""
FONT: Final = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
DARK: Final = """
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .ground { background: #131315 !important; }
  .card { background: #1d1d20 !important; border-color: #303035 !important; }
  .ink { color: #f3f3f4 !important; }
  .soft { color: #b4b4bb !important; }
  .rule { border-color: #303035 !important; }
  .code { background: #2a2a2f !important; color: #f3f3f4 !important; }
  .button { border: 1px solid #55555e !important; }
  .day { display: none !important; }
  .night { display: block !important; }
}
"""


@dataclass(frozen=True, slots=True)
class Brand:
    """How a team's mails look: its name, a colour (#rrggbb), its logo as PNG and the one for dark grounds."""

    name: str
    colour: str = ACCENT
    logo: bytes = b""
    logo_dark: bytes = b""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is told. `pictures` are JPEG, `link` is a whole address."""

    title: str
    text: str
    link: str = ""
    pictures: Sequence[bytes] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """`id` is the same at each try, so that a mail which came twice is known as one. `off` is an address that ends
    mails of this kind with one click, `settings` where all of that is settled."""

    id: str
    to: str
    sender: tuple[str, str]
    subject: str
    brand: Brand
    items: Sequence[Item]
    at: datetime
    lead: str = ""
    off: str = ""
    settings: str = ""
    why: str = ""


def composed(mail: Mail) -> EmailMessage:
    """The message, ready to be handed over."""
    message = EmailMessage(policy=POLICY)
    name, address = mail.sender
    message["From"] = Address(one_line(name) or one_line(mail.brand.name), addr_spec=address)
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = one_line(mail.subject)[:200]
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = f"<{mail.id}@{address.rpartition('@')[2]}>"
    # Nobody's holiday answers this (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    if mail.off:
        message["List-Unsubscribe"] = f"<{mail.off}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    parts: dict[str, tuple[bytes, str]] = {}
    html = _html(mail, parts)
    message.set_content(_plain(mail), cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    shown = message.get_payload()[1]  # type: ignore[index]
    assert isinstance(shown, EmailMessage)
    for id, (data, kind) in parts.items():
        shown.add_related(data, "image", kind, cid=f"<{id}>", disposition="inline", filename=f"{id}.{kind}")
    return message


def _plain(mail: Mail) -> str:
    parts = [mail.lead] if mail.lead else []
    told = ((one_line(item.title), one_line(item.text), item.code, item.link) for item in mail.items)
    parts += ["\n".join(filter(None, each)) for each in told]
    foot = [mail.why]
    foot += [f"What you are told, and how: {mail.settings}"] if mail.settings else []
    foot += [f"No more mails like this: {mail.off}"] if mail.off else []
    return "\n\n".join([*parts, "-- \n" + "\n".join(filter(None, foot))]) + "\n"


def _html(mail: Mail, parts: dict[str, tuple[bytes, str]]) -> str:
    """The whole document; `parts` gets the pictures that it names."""
    brand = mail.brand
    items = "".join(_item(mail, item, at, parts) for at, item in enumerate(mail.items))
    first = mail.lead or (mail.items[0].text if mail.items else "")
    lead = (
        f'<p class="soft" style="margin:0 0 20px;color:#5c5c66;{FONT};font-size:14px;line-height:20px">'
        f"{_text(mail.lead)}</p>"
        if mail.lead
        else ""
    )
    soft = f"color:#6b6b76;{FONT};font-size:12px;line-height:18px"
    foot = [_text(mail.why)]
    if mail.settings:
        foot.append(f'<a class="soft" href="{_link(mail.settings)}" style="color:#6b6b76">Change what you are told</a>')
    if mail.off:
        foot.append(f'<a class="soft" href="{_link(mail.off)}" style="color:#6b6b76">No more mails like this</a>')
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
        f"<title>{_text(mail.subject)}</title><style>{DARK}</style></head>"
        '<body class="ground" style="margin:0;padding:0;background:#f4f4f5">'
        f'<div style="display:none;max-height:0;overflow:hidden;opacity:0">{_text(first)}</div>'
        '<table role="presentation" class="ground" width="100%" cellpadding="0" cellspacing="0" border="0" '
        'style="background:#f4f4f5"><tr><td align="center" style="padding:32px 12px">'
        '<table role="presentation" class="card" width="560" cellpadding="0" cellspacing="0" border="0" '
        'style="width:100%;max-width:560px;background:#ffffff;border:1px solid #e4e4e7;border-radius:12px;'
        'border-collapse:separate;overflow:hidden">'
        f'<tr><td height="4" style="height:4px;line-height:4px;font-size:0;background:{brand.colour}">&nbsp;</td></tr>'
        f'<tr><td style="padding:22px 28px 0">{_head(brand, parts)}</td></tr>'
        f'<tr><td style="padding:22px 28px 28px">{lead}{items}</td></tr></table>'
        '<table role="presentation" width="560" cellpadding="0" cellspacing="0" border="0" '
        'style="width:100%;max-width:560px"><tr><td class="soft" align="left" '
        f'style="padding:16px 28px;{soft}">{"<br>".join(filter(None, foot))}</td></tr></table>'
        "</td></tr></table></body></html>"
    )


def _head(brand: Brand, parts: dict[str, tuple[bytes, str]]) -> str:
    name = _text(brand.name)
    if not brand.logo:
        return f'<span class="ink" style="color:#18181b;{FONT};font-size:15px;font-weight:600">{name}</span>'
    parts["logo"] = brand.logo, "png"
    shape = "height:32px;max-height:32px;width:auto;max-width:220px;border:0"
    day = f'<img src="cid:logo" alt="{name}" height="32" style="display:block;{shape}"'
    if not brand.logo_dark:
        # On a ground of its own: nobody knows whether a dark logo would be seen on a dark one.
        return f'<span style="display:inline-block;background:#ffffff;border-radius:6px;padding:4px 6px">{day}></span>'
    parts["logo-dark"] = brand.logo_dark, "png"
    night = f'<img class="night" src="cid:logo-dark" alt="{name}" height="32" style="display:none;{shape}">'
    return f'{day} class="day">{night}'


def _item(mail: Mail, item: Item, at: int, parts: dict[str, tuple[bytes, str]]) -> str:
    several = len(mail.items) > 1
    rule = "" if at == 0 else '<div class="rule" style="border-top:1px solid #e4e4e7;margin:22px 0"></div>'
    size = "16px;line-height:22px" if several else "20px;line-height:27px"
    out = [rule, f'<h{1 + several} class="ink" style="margin:0;color:#18181b;{FONT};font-size:{size};font-weight:600">']
    out.append(f"{_text(item.title)}</h{1 + several}>")
    if item.text:
        out.append(f'<p class="soft" style="margin:6px 0 0;color:#52525b;{FONT};font-size:14px;line-height:21px">')
        out.append(f"{_text(item.text)}</p>")
    if item.code:
        out.append(
            f'<p class="code" style="margin:20px 0 0;padding:14px 0;background:#f4f4f5;border-radius:8px;color:#18181b;'
            f'text-align:center;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:28px;letter-spacing:6px">'
            f"{_text(item.code)}</p>"
        )
    if item.pictures:
        # Side by side where there is room for them, else below each other.
        out.append('<div style="margin:16px 0 0;font-size:0;line-height:0">')
        width = 72 if several else 118
        for number, data in enumerate(item.pictures):
            id = f"picture-{at}-{number}"
            parts[id] = data, "jpeg"
            out.append(
                f'<img src="cid:{id}" alt="" width="{width}" height="{width}" style="display:inline-block;'
                f'width:{width}px;height:{width}px;margin:0 8px 8px 0;border-radius:8px;border:0">'
            )
        out.append("</div>")
    if item.link:
        out.append(_button(mail.brand.colour, item.link, "Open") if not several else _plain_link(item.link))
    return "".join(out)


def _button(colour: str, link: str, name: str) -> str:
    return (
        '<table role="presentation" cellpadding="0" cellspacing="0" border="0" '
        'style="margin:18px 0 0;border-collapse:separate"><tr>'
        f'<td class="button" style="background:{colour};border-radius:8px">'
        f'<a href="{_link(link)}" style="display:inline-block;'
        f'padding:10px 22px;color:{_over(colour)};{FONT};font-size:14px;font-weight:600;text-decoration:none">'
        f"{name}</a>"
        "</td></tr></table>"
    )


def _plain_link(link: str) -> str:
    return (
        f'<p style="margin:10px 0 0"><a class="ink" href="{_link(link)}" style="color:#18181b;{FONT};font-size:14px;'
        'font-weight:600;text-decoration:underline">Open</a></p>'
    )


def _over(colour: str) -> str:
    """Black or white, whichever is read better on it: by contrast (WCAG 2.2, relative luminance)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#ffffff" if 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 else "#000000"


def _text(said: str) -> str:
    return escape(one_line(said))


def _link(url: str) -> str:
    return escape(url, quote=True)


def as_jpeg(thumbnail: bytes) -> bytes:
    """In a worker process: the middle of a thumbnail, square, as every reader of mail shows it."""
    pixels = picture.load(thumbnail)
    side = min(pixels.shape[:2])
    top, left = (pixels.shape[0] - side) // 2, (pixels.shape[1] - side) // 2
    return picture.jpeg(np.ascontiguousarray(pixels[top : top + side, left : left + side]), quality=82)


def as_png(thumbnail: bytes) -> bytes:
    """In a worker process: a logo with what is transparent of it."""
    return picture.png(picture.load(thumbnail))
