"""Small fapiaos of our own making, in each form in which they come."""

import io
import zipfile
from decimal import Decimal

import pikepdf
import segno

NUMBER = "25322000000012345678"


def xml(number=NUMBER, buyer="清华大学", tax_number="12100000400000624D", total="5000.00", day="2025-01-20", extra="", head="", seller="西交利物浦大学"):
    net = (Decimal(total) / Decimal("1.03")).quantize(Decimal("0.01"))
    return f"""<?xml version="1.0" encoding="utf-8"?>{head}
<EInvoice xmlns="http://example.org/einvoice"><Header><EIid>{number}</EIid></Header><EInvoiceData>
<SellerInformation><SellerIdNum>52320000MATE000009</SellerIdNum><SellerName>{seller}</SellerName></SellerInformation>
<BuyerInformation><BuyerIdNum>{tax_number}</BuyerIdNum><BuyerName>{buyer}</BuyerName></BuyerInformation>
<BasicInformation><TotalAmWithoutTax>{net}</TotalAmWithoutTax><TotalTaxAm>{Decimal(total) - net}</TotalTaxAm>
<TotalTax-includedAmount>{total}</TotalTax-includedAmount></BasicInformation>{extra}</EInvoiceData>
<TaxSupervisionInfo><InvoiceNumber>{number}</InvoiceNumber><IssueTime>{day}</IssueTime></TaxSupervisionInfo></EInvoice>""".encode()


def pdf(info=None, script=False, code=""):
    """A page, with metadata, a script, or a QR code on it."""
    if code:
        from PIL import Image

        buffer = io.BytesIO()
        segno.make(code).save(buffer, kind="png", scale=8, border=4)
        picture = Image.open(buffer).convert("RGB")
        out = io.BytesIO()
        picture.save(out, "PDF", resolution=144)
        return out.getvalue()
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 397))
    for name, value in (info or {}).items():
        document.docinfo[f"/{name}"] = value
    if script:
        document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def zipped(files, *, gbk=False):
    """A zip; `gbk`: names in the bytes that programs for the Chinese Windows write, without saying which encoding they are in."""
    buffer = io.BytesIO()
    written = {name: (chr(ord("a") + position) * len(name.encode("gbk")) if gbk else name) for position, name in enumerate(files)}
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(written[name], content)
    content = buffer.getvalue()
    for name, stand_in in written.items() if gbk else ():
        content = content.replace(stand_in.encode(), name.encode("gbk"))
    return content


def ofd(number=NUMBER, total="5000.00"):
    """The custom data of an OFD, as older programs write them."""
    data = {"发票号码": number, "开票日期": "2025年01月20日", "价税合计": total, "购买方名称": "清华大学", "购买方纳税人识别号": "12100000400000624D"}
    custom = "".join(f'<ofd:CustomData Name="{name}">{value}</ofd:CustomData>' for name, value in data.items())
    return zipped({"OFD.xml": f'<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"><ofd:DocBody>{custom}</ofd:DocBody></ofd:OFD>'})


def pdf_with_picture(width, height):
    """A page whose picture claims a size; its data are a few bytes that would unpack to all of it."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 397))
    picture = pikepdf.Stream(document, b"\0" * 64)
    picture.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": width, "/Height": height, "/BitsPerComponent": 8})
    picture["/ColorSpace"] = pikepdf.Name.DeviceGray
    document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=document.make_indirect(picture)))
    document.docinfo["/InvoiceNumber"] = NUMBER
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def huge_png():
    """A PNG of 10,000 × 10,000 pixels in some kilobytes."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(buffer, "PNG")
    return buffer.getvalue()
