"""Feeds: of every kind that there is, and by whoever means ill."""

import json
import time

import pytest

from gesso.kit.errors import GessoError, Invalid, TooLarge
from gesso.schedules import feeds

RSS = b"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>News</title><link>https://news.example/</link><image><url>https://news.example/logo.png</url></image>
<item><title>Sun &amp; sea</title><link>/sun</link><guid isPermaLink="false">a-1</guid>
  <description>&lt;p&gt;A &lt;b&gt;bright&lt;/b&gt; day&lt;/p&gt;&lt;script&gt;evil()&lt;/script&gt;</description>
  <pubDate>Wed, 02 Oct 2002 13:00:00 GMT</pubDate>
  <enclosure url="https://cdn.example/sun.jpg" type="image/jpeg" length="1"/></item>
<item><title>Rain</title><link>https://news.example/rain</link><media:content url="https://cdn.example/rain.png"
  medium="image"><media:title>Not this</media:title></media:content></item>
<item><title>Fog</title><guid>a-3</guid><content:encoded><![CDATA[Grey <img src="/fog.png"> air]]></content:encoded>
  <enclosure url="https://cdn.example/fog.mp3" type="audio/mpeg"/></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title>
<entry><id>urn:1</id><title type="html">One &lt;i&gt;more&lt;/i&gt;</title><updated>2026-01-02T03:04:05Z</updated>
<link rel="self" href="https://x.example/self"/><link href="https://x.example/one"/>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Zürich <b>now</b><img src="https://x.example/z.png"/>
</div></content></entry></feed>""".encode("utf-16")
JSON = {
    "version": "https://jsonfeed.org/version/1.1",
    "items": [{"id": 7, "title": "Seven", "content_html": "<p>Up</p>", "url": "https://j.example/7",
               "image": "https://j.example/7.png", "date_published": "2026-02-03T04:05:06+01:00"}],
}  # fmt: skip


def test_rss_is_read_with_its_pictures() -> None:
    sun, rain, fog = feeds.read(RSS, "https://news.example/feed.xml")
    assert sun.row == {
        "title": "Sun & sea",
        "summary": "A bright day",
        "link": "https://news.example/sun",
        "image": "https://cdn.example/sun.jpg",
        "published": "2002-10-02T13:00:00+00:00",
    }
    assert (rain.row["title"], rain.row["image"]) == ("Rain", "https://cdn.example/rain.png")
    assert (fog.row["summary"], fog.row["image"]) == ("Grey air", "https://news.example/fog.png")
    assert len({sun.key, rain.key, fog.key}) == 3


def test_atom_and_json_feed_are_read_the_same() -> None:
    (one,) = feeds.read(ATOM)
    assert one.row == {
        "title": "One more",
        "summary": "Zürich now",
        "link": "https://x.example/one",
        "image": "https://x.example/z.png",
        "published": "2026-01-02T03:04:05+00:00",
    }
    (seven,) = feeds.read(json.dumps(JSON).encode())
    assert (seven.row["title"], seven.row["summary"], seven.row["image"]) == ("Seven", "Up", "https://j.example/7.png")
    assert feeds.is_feed(RSS)
    assert feeds.is_feed(json.dumps(JSON).encode())
    assert not feeds.is_feed(b"prompt,width\na boat,5\n")
    assert not feeds.is_feed(b'[{"prompt": "a boat"}]')


def test_the_same_item_is_the_same_when_its_words_change() -> None:
    again = RSS.replace(b"Sun &amp; sea", b"Sun, sea, sand")
    assert [item.key for item in feeds.read(again)] == [item.key for item in feeds.read(RSS)]


LAUGHS = b"<!DOCTYPE lolz [<!ENTITY lol0 'lol'>" + b"".join(
    b"<!ENTITY lol%d '%s'>" % (n, b"&lol%d;" % (n - 1) * 10) for n in range(1, 10)
) + b"]>"  # fmt: skip
ITEM = b"<rss><channel><item><title>%s</title></item></channel></rss>"
HOSTILE = {
    "a billion laughs": LAUGHS + ITEM % b"&lol9;",
    "a long entity, often": b"<!DOCTYPE a [<!ENTITY a '" + b"a" * 50_000 + b"'>]>" + ITEM % (b"&a;" * 50_000),
    "a file of the machine": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + ITEM % b"&x;",
    "an address inside": b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1/x">%x;]>' + ITEM % b"a",
    "no entity that is known": ITEM % b"&nbsp;",
    "too deep": b"<rss><item>" + b"<a>" * 100_000,
    "too many elements": b"<rss><channel><item>" + b"<a/>" * 500_000 + b"</item></channel></rss>",
    "not closed": b"<rss><channel><item>",
    "a page": b"<html><body>hello</body></html>",
    "no encoding": b'<?xml version="1.0" encoding="klingon"?>' + ITEM % b"a",
    "nothing": b"",
    "nested JSON": b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 200_000,
    "no items": b'{"version": "https://jsonfeed.org/version/1"}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_whoever_means_ill_is_refused_at_once(name: str) -> None:
    begun = time.monotonic()
    with pytest.raises(GessoError) as refused:
        feeds.read(HOSTILE[name])
    assert isinstance(refused.value, Invalid | TooLarge)
    assert time.monotonic() - begun < 3
    assert "root:" not in str(refused.value)


def test_a_hundred_megabytes_are_too_many_and_a_document_type_of_old_is_none_of_those() -> None:
    with pytest.raises(TooLarge):
        feeds.read(b"<rss>" + b" " * (100 << 20))
    old = b'<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">'
    assert feeds.read(old + ITEM % b"a boat")[0].row["title"] == "a boat"
    many = b"<rss><channel>" + b"".join(b"<item><guid>%d</guid></item>" % n for n in range(5_000)) + b"</channel></rss>"
    assert feeds.read(many) == [], "items that say nothing are none"
    many = many.replace(b"<item>", b"<item><title>a</title>")
    assert len(feeds.read(many)) == feeds.MOST_ITEMS
