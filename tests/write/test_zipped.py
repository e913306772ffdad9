"""Packing: the same content gives the same bytes, whatever the platform; damage is named."""

from __future__ import annotations

import io
import zipfile

import pytest

from pipeline.write.zipped import Archive, pack


def test_a_packed_archive_is_read_by_others_and_says_nothing_of_time_or_platform():
    data = pack([("[Content_Types].xml", b"<a/>" * 500), ("部件/一.xml", b""), ("b.bin", bytes(range(256)))])
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        assert package.namelist() == ["[Content_Types].xml", "部件/一.xml", "b.bin"]
        assert package.read("b.bin") == bytes(range(256))
        for info in package.infolist():
            assert (info.date_time, info.create_system, info.extra) == ((1980, 1, 1, 0, 0, 0), 0, b"")
    assert len(data) < 1500


def test_repacking_replaces_what_is_named_and_copies_the_rest(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("a.xml", "old", zipfile.ZIP_DEFLATED, 9)
        package.writestr("目录/", "")
        package.writestr("目录/b.bin", b"\0" * 1000, zipfile.ZIP_STORED)
        package.comment = b"a comment"
    with_descriptor = io.BytesIO()

    class Unseekable(io.RawIOBase):  # a writer that cannot go back leaves the sizes behind the data
        def writable(self):
            return True

        def write(self, data):
            return with_descriptor.write(data)

    with zipfile.ZipFile(Unseekable(), "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("a.xml", "old")
        package.writestr("目录/", "")
        package.writestr("目录/b.bin", b"\0" * 1000)
    for data in (stream.getvalue(), with_descriptor.getvalue(), b"prefix" + stream.getvalue()):
        new = Archive(data).repacked({"a.xml": b"new"})
        with zipfile.ZipFile(io.BytesIO(new)) as package:
            assert package.testzip() is None
            assert {name: package.read(name) for name in package.namelist()} == {
                "a.xml": b"new", "目录/": b"", "目录/b.bin": b"\0" * 1000
            }  # fmt: skip
    with pytest.raises(KeyError, match=r"c\.xml"):
        Archive(stream.getvalue()).repacked({"c.xml": b""})


def test_damage_is_named():
    data = bytearray(pack([("a.xml", b"<a>" * 100)]))
    data[40] ^= 0xFF
    with pytest.raises(ValueError, match=r"文件已损坏:其中的 a\.xml 读不出来"):
        Archive(bytes(data)).read("a.xml")
    for broken in (b"", b"PK\x03\x04", bytes(data)[:60]):
        with pytest.raises(ValueError, match="压缩包打不开"):
            Archive(broken)
