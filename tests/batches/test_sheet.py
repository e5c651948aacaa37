"""Files of rows, as people have them: whatever wrote them, they are read, or it is said what is wrong and on which
line."""

import csv
import io
import json
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gesso.batches import sheet
from gesso.kit.errors import Invalid, TooLarge

PLAIN = 'prompt,width\r\n"a boat, at sea",512\r\n"two\nlines",640\r\n'


def cells(data: bytes, name: str = "rows.csv") -> list[dict[str, object]]:
    return [line.data for line in sheet.read(data, name).lines]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_the_encoding_is_told_by_the_bytes(encoding: str) -> None:
    text = "prompt;größe\r\nein Café über dem Fluß;groß\r\nMöwen, Küste und grüne Hügel;groß\r\n" * 1
    data = text.encode(encoding)
    if encoding == "utf-16-le":
        data = b"\xff\xfe" + data
    found = sheet.read(data, "rows.csv")
    assert found.columns == ["prompt", "größe"]
    assert found.lines[0].data["prompt"] == "ein Café über dem Fluß"
    assert found.delimiter == ";"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_by_the_first_lines(delimiter: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows([["prompt", "note"], ["a, b; c", "x|y"], ["d\te", "f, g"], ["h", "i"]])
    found = sheet.read(out.getvalue().encode())
    assert (found.delimiter, found.columns, len(found.lines)) == (delimiter, ["prompt", "note"], 3)


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    found = sheet.read(PLAIN.encode() + b"last,1\r\n")
    assert [(line.line, line.data["prompt"]) for line in found.lines] == [
        (2, "a boat, at sea"),
        (3, "two\nlines"),
        (5, "last"),
    ]


def test_a_line_that_names_the_delimiter_is_heeded_and_counted() -> None:
    found = sheet.read(b"sep=;\nprompt;width\na, b;1\n")
    assert (found.delimiter, found.lines[0].line, found.lines[0].data) == (";", 3, {"prompt": "a, b", "width": "1"})


def test_what_cannot_be_read_is_named_by_its_line_and_the_rest_is_kept() -> None:
    found = sheet.read(b"prompt,width\na,1\nb,2,3,4\nc,3\n")
    assert [line.data["prompt"] for line in found.lines] == ["a", "c"]
    assert found.faults == [(3, "It has 4 cells, and there are 2 columns.")]
    with pytest.raises(Invalid, match="Line 2: A quotation mark is opened here and never closed") as error:
        sheet.read(b'prompt,width\n"a,1\nb,2\n')
    assert error.value.facts["fields"][0]["line"] == 2


def test_a_broken_sign_in_utf8_is_named_by_its_line() -> None:
    data = (
        "prompt\nein Fluß\nähnlich wie Möwen\n".encode()
        + b"caf\xff\n"
        + "über grüne Hügel, schöne Größe\n".encode() * 9
    )
    with pytest.raises(Invalid, match="Line 4 holds bytes that are no UTF-8"):
        sheet.read(data)


def test_columns_without_a_name_or_of_the_same_have_one_of_their_own() -> None:
    found = sheet.read(b"prompt,,prompt,\na,b,c,\n")
    assert found.columns == ["prompt", "Column 2", "prompt (3)"]


def test_json_lines_keep_their_types_and_say_which_line_is_none() -> None:
    lines = [json.dumps({"prompt": "a", "width": 512}), "", json.dumps("just words"), "{oops", json.dumps([1])]
    found = sheet.read("\n".join(lines).encode(), "rows.jsonl")
    assert [(line.line, line.data) for line in found.lines] == [
        (1, {"prompt": "a", "width": 512}),
        (3, {"prompt": "just words"}),
    ]
    assert [line for line, _ in found.faults] == [4, 5]


def test_json_is_a_list_or_what_wraps_one() -> None:
    rows = [{"prompt": "a"}, {"prompt": "b", "count": 2}]
    for whole in (rows, {"version": 1, "items": rows}):
        found = sheet.read(json.dumps(whole, indent=1).encode(), "rows.json")
        assert (found.columns, len(found.lines)) == (["prompt", "count"], 2)
    with pytest.raises(Invalid, match="Line 2 is no JSON"):
        sheet.read(b'[{"a": 1},\n{]', "rows.json")


def xlsx(rows: list[list[str]]) -> bytes:
    """A spreadsheet of texts and numbers, as small as one can be."""

    def cell(place: str, value: str) -> str:
        if value.replace(".", "", 1).isdigit():
            return f'<c r="{place}"><v>{value}</v></c>'
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'

    body = "".join(
        f'<row r="{n}">' + "".join(cell(f"{chr(65 + c)}{n}", value) for c, value in enumerate(row)) + "</row>"
        for n, row in enumerate(rows, 1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{rels}"><Relationship Id="r" Type="{kind}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{kind}"><sheets><sheet name="A" sheetId="1" r:id="s"/></sheets>'
            "</workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{rels}"><Relationship Id="s" Type="{kind}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>'
        )
    return out.getvalue()


def test_a_spreadsheet_is_read_as_a_person_sees_it() -> None:
    found = sheet.read(
        xlsx([["prompt", "width", "strength"], ["a boat", "512", "0.5"], ["", "", ""], ["a cup", "640", "1"]])
    )
    assert (found.format, found.columns) == ("xlsx", ["prompt", "width", "strength"])
    assert [(line.line, line.data) for line in found.lines] == [
        (2, {"prompt": "a boat", "width": "512", "strength": "0.5"}),
        (4, {"prompt": "a cup", "width": "640", "strength": "1"}),
    ]
    assert sheet._shown(date(2026, 3, 1)) == "2026-03-01"


@pytest.mark.parametrize("data", [b"PK\x03\x04 nothing", xlsx([["a"]])[:200], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old"])
def test_a_damaged_spreadsheet_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Invalid, match="spreadsheet cannot be read"):
        sheet.read(data, "rows.xlsx")


def test_what_is_empty_or_too_much_is_refused_in_words() -> None:
    for data in (b"", b"  \n", b"prompt,width\n", b"[]"):
        with pytest.raises(Invalid, match=r"nothing in this file|no rows"):
            sheet.read(data)
    with pytest.raises(TooLarge, match="100,000 rows"):
        sheet.read(b"prompt\n" + b"a\n" * (sheet.MOST_ROWS + 1))
    with pytest.raises(TooLarge, match="200 columns"):
        sheet.read((",".join(f"c{n}" for n in range(201)) + "\n" + "1," * 200 + "1\n").encode())


def test_a_hundred_thousand_rows_are_read() -> None:
    text = "prompt,n\n" + "".join(f'"hills, ""{n}""",{n}\n' for n in range(sheet.MOST_ROWS))
    found = sheet.read(text.encode("utf-8-sig"))
    assert len(found.lines) == sheet.MOST_ROWS
    assert found.lines[-1].data == {"prompt": f'hills, "{sheet.MOST_ROWS - 1}"', "n": str(sheet.MOST_ROWS - 1)}


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12), min_size=3, max_size=3),
        min_size=2,
        max_size=12,
    )
)
def test_whatever_a_writer_writes_is_read_as_it_was(rows: list[list[str]]) -> None:
    columns = ["one", "two", "three"]
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    out = io.StringIO()
    csv.writer(out).writerows([columns, *rows])
    if not kept:
        with pytest.raises(Invalid):
            sheet.read(out.getvalue().encode("utf-8-sig"))
        return
    found = sheet.read(out.getvalue().encode("utf-8-sig"), "rows.csv")
    if found.delimiter == ",":
        assert [[*line.data.values()] for line in found.lines] == kept
