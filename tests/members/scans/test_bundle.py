"""Several pieces become one document, in the order they were sent, though two are unpacked at a time."""

import io

import pikepdf
import pillow_heif
import pypdfium2
import pytest
from django.utils import translation
from PIL import Image

from alliance.common.files import UploadRefused
from members.scans.bundle import bundle
from members.scans.side_by_side import in_order

COLOURS = {"red": (200, 0, 0), "green": (0, 160, 0), "blue": (0, 0, 200), "grey": (128, 128, 128), "white": (255, 255, 255)}


def picture(colour: str, kind: str = "JPEG", side: int = 60) -> bytes:
    """A page of one colour; a larger one takes longer to unpack."""
    buffer = io.BytesIO()
    image = Image.new("RGB", (side, side), COLOURS[colour])
    pillow_heif.from_pillow(image).save(buffer) if kind == "HEIF" else image.save(buffer, kind)
    return buffer.getvalue()


def colours_of(document: bytes) -> list[str]:
    """The nearest colour of each page's middle."""
    found = []
    for page in pypdfium2.PdfDocument(document):
        image = page.render(scale=1).to_pil().convert("RGB")
        seen = image.getpixel((image.width // 2, image.height // 2))
        found.append(min(COLOURS, key=lambda name: sum((a - b) ** 2 for a, b in zip(COLOURS[name], seen, strict=True))))
    return found


def test_pieces_of_any_kind_keep_their_order_though_the_first_takes_longest():
    pieces = [
        ("1.jpg", picture("red", side=3000)),
        ("2.heic", picture("green", "HEIF")),
        ("3.png", picture("blue", "PNG")),
        ("4.jpg", picture("grey")),
        ("5.heic", picture("white", "HEIF", 1200)),
    ]

    content, name = bundle(pieces)

    assert (colours_of(content), name) == (["red", "green", "blue", "grey", "white"], "1.pdf")


def test_a_document_between_photos_stays_in_its_place():
    source = io.BytesIO()
    Image.new("RGB", (60, 60), COLOURS["blue"]).save(source, "PDF")

    content, _name = bundle([("a.jpg", picture("red")), ("b.pdf", source.getvalue()), ("c.jpg", picture("green"))])

    assert colours_of(content) == ["red", "blue", "green"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "HEIF"])
def test_a_damaged_second_piece_is_named_in_the_language_of_the_page(kind):
    noisy = io.BytesIO()
    image = Image.effect_noise((400, 400), 80).convert("RGB")
    pillow_heif.from_pillow(image).save(noisy) if kind == "HEIF" else image.save(noisy, kind)
    half = noisy.getvalue()[: len(noisy.getvalue()) // 2]

    with translation.override("zh-hans"), pytest.raises(UploadRefused) as refused:
        bundle([("一.jpg", picture("red", side=2000)), ("二.jpg", half), ("三.jpg", picture("green"))])

    assert str(refused.value) == "二.jpg：图片已损坏，请重新保存或拍摄。"


def test_the_first_of_two_refused_pieces_is_told():
    with translation.override("en"), pytest.raises(UploadRefused) as refused:
        bundle([("a.jpg", picture("red", side=2000)), ("b.jpg", b"\xff\xd8\xff" + b"x" * 50), ("c.txt", b"words")])

    assert str(refused.value).startswith("b.jpg：")


def test_one_photo_stays_as_it_was_and_one_heic_becomes_a_document():
    photo = picture("red")

    assert bundle([("a.jpg", photo)]) == (photo, "a.jpg")
    content, name = bundle([("a.heic", picture("green", "HEIF"))])
    assert (colours_of(content), name, len(pikepdf.open(io.BytesIO(content)).pages)) == (["green"], "a.pdf", 1)


def test_results_come_in_the_order_of_the_items_and_the_first_error_is_raised():
    def work(number: int) -> int:
        if number in {3, 4}:
            raise ValueError(number)
        return number * number

    assert list(in_order(work, [0, 1, 2])) == [0, 1, 4]
    with pytest.raises(ValueError, match="3"):
        list(in_order(work, [0, 3, 4]))
