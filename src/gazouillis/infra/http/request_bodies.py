"""Parsers of request bodies (forms, multipart, JSON) that stop as soon as a body is larger than `request_sizes` allows.

https://url.spec.whatwg.org/#urlencoded-parsing, https://www.rfc-editor.org/rfc/rfc7578
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Collection, Mapping
from pathlib import Path
from secrets import token_hex
from tempfile import SpooledTemporaryFile
from typing import IO, Any, TypeAlias, cast
from urllib.parse import parse_qsl

import msgspec
from multipart import MultipartError, MultipartSegment, ParserLimitReached, PushMultipartParser

from gazouillis.infra import request_sizes
from gazouillis.infra.basics.errors import Invalid, TooLarge, Unavailable
from gazouillis.infra.basics.messages import _

LONGEST_BOUNDARY = 70
"""https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1"""
MOST_DROPPED = 1_000_000
"""Bytes of files that are read of a form whose files are dropped, for the sake of the texts behind them."""
CHARSETS = frozenset({"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "latin-1"})


class Upload(msgspec.Struct, frozen=True):
    """An uploaded file. One that is too large has one byte more than `request_sizes.FILE`: the field's own check then refuses it."""

    filename: str
    content: bytes


class FileOnDisk(msgspec.Struct, frozen=True):
    """An uploaded file that was written to a folder while it arrived. Who asked for it deletes it."""

    filename: str
    path: Path


class Folder(msgspec.Struct, frozen=True):
    """Where the files of a form are written, for forms whose files are too large for memory. `most`: bytes of one file.

    A larger file is refused before the rest of it is read.
    """

    path: Path
    most: int


TAKES_PICTURES = {"files": ("avatar", "header")}
"""For a route's `opt`: the fields that are files."""

Pairs: TypeAlias = list[tuple[str, Any]]
"""Names with a text or an `Upload` each, in the order of the body."""


async def read_all(chunks: AsyncIterable[bytes]) -> bytes:
    """The bytes of a body without files. Raises `TooLarge`."""
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > request_sizes.BODY:
            raise TooLarge
    return bytes(body)


async def fields(
    chunks: AsyncIterable[bytes],
    content_type: tuple[str, Mapping[str, str]],
    *,
    files: Collection[str] = (),
    folder: Folder | None = None,
    drops_files: bool = False,
) -> Pairs:
    """The fields of a form, by its content type and the parameters of that. A body of another type has none.

    `folder`: files become `FileOnDisk` there, instead of `Upload` in memory. `drops_files`: they are read and forgotten, and after
    `MOST_DROPPED` bytes of them the body is read no further.
    """
    match content_type:
        case "application/x-www-form-urlencoded", _:
            return urlencoded(await read_all(chunks))
        case "multipart/form-data", options:
            return await multipart(chunks, options.get("boundary", ""), files=files, folder=folder, drops_files=drops_files)
        case _:
            return []


def urlencoded(body: bytes) -> Pairs:
    if not body:
        return []
    if body.count(b"&") >= request_sizes.FIELDS:
        raise TooLarge
    try:
        return list(parse_qsl(body.decode(), keep_blank_values=True, errors="strict"))
    except ValueError as fault:
        raise unreadable_form() from fault


def json(body: bytes) -> Any:
    """The decoded JSON; an empty body counts as an empty object. Raises `Invalid`, also when it is nested too deep, or `TooLarge`."""
    try:
        content = msgspec.json.decode(body) if body.strip() else {}
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as fault:
        raise Invalid(_("The request is not valid JSON")) from fault
    openings = body.count(b"[") + body.count(b"{")
    if openings > request_sizes.DEPTH or openings + body.count(b",") > request_sizes.FIELDS:
        _check_size(content)
    return content


def _check_size(content: Any) -> None:
    """Level by level: a recursive function would recurse as deep as the document."""
    level, values = [content], 0
    for _depth in range(request_sizes.DEPTH + 1):
        level = [value for one in level for value in _members(one)]
        values += len(level)
        if values > request_sizes.FIELDS:
            raise TooLarge
        if not level:
            return
    raise Invalid(_("The request goes too deep"))


def _members(value: Any) -> Collection[Any]:
    match value:
        case dict():
            return value.values()
        case list():
            return value
        case _:
            return ()


async def multipart(
    chunks: AsyncIterable[bytes],
    boundary: str,
    *,
    files: Collection[str] = (),
    folder: Folder | None = None,
    drops_files: bool = False,
) -> Pairs:
    """`files`: the names of parts that may be as large as a file. All other parts share the limit of a body without files.

    When it raises, the files received until then are still in the folder.
    """
    if not 0 < len(boundary) <= LONGEST_BOUNDARY:
        raise unreadable_form()
    parts = _Parts(files, folder, drops_files=drops_files)
    try:
        with PushMultipartParser(boundary.encode(), max_segment_count=request_sizes.FIELDS) as parser:
            async for chunk in chunks:
                for event in parser.parse(chunk) if chunk else ():
                    parts.take(event)
    except (MultipartError, ValueError) as fault:
        raise TooLarge() if isinstance(fault, ParserLimitReached) else unreadable_form() from fault
    except _EnoughDropped:
        pass
    finally:
        parts.close()
    return parts.fields


async def multipart_field(chunks: AsyncIterable[bytes], boundary: str, name: str) -> str:
    """The text of one field of a multipart body, which is read no further. Empty when a file or too many bytes come before it."""
    if not 0 < len(boundary) <= LONGEST_BOUNDARY:
        return ""
    parser, parts, received = PushMultipartParser(boundary.encode(), max_segment_count=request_sizes.FIELDS), _Parts((), None), 0
    try:
        async for chunk in chunks:
            received += len(chunk)
            for event in parser.parse(chunk) if chunk and not parser.closed else ():
                if isinstance(event, MultipartSegment) and event.filename:
                    return ""
                parts.take(event)
                if event is None and parts.fields[-1][0] == name:
                    return str(parts.fields[-1][1])
            if received > request_sizes.BODY:
                return ""
    except (MultipartError, ValueError):
        return ""
    return ""


class _EnoughDropped(Exception):
    """More than `MOST_DROPPED` bytes of files were read and forgotten."""


class _Parts:
    """The parts of a multipart body received so far. Files are spooled to disk: a slow upload takes no memory."""

    def __init__(self, files: Collection[str], folder: Folder | None, *, drops_files: bool = False) -> None:
        self.fields: Pairs = []
        self._folder = folder
        self._drops_files = drops_files
        self._dropped = 0
        self._files = files
        self._text_bytes = 0
        self._part: MultipartSegment | None = None
        self._text = bytearray()
        self._file: IO[bytes] | None = None
        self._path = Path()
        """Of the file, when it is written to a folder."""

    def take(self, event: MultipartSegment | bytes | None) -> None:
        match event:
            case None:
                self._end()
            case MultipartSegment():
                self._begin(event)
            case _:
                self._add(event)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _begin(self, part: MultipartSegment) -> None:
        self._part, self._text = part, bytearray()
        if part.filename and part.name in self._files:
            self._file = self._new_file()

    def _add(self, content: bytes) -> None:
        if self._is_dropped:
            self._dropped += len(content)
            if self._dropped > MOST_DROPPED:
                raise _EnoughDropped
            return
        if self._file is not None:
            most = self._folder.most if self._folder else request_sizes.FILE
            _write(self._file, content[: most + 1 - self._file.tell()])
            if self._folder and self._file.tell() > most:
                raise _too_large(self._name, most)
            return
        self._text_bytes += len(content)
        if self._text_bytes > request_sizes.BODY:
            raise TooLarge
        self._text += content

    def _end(self) -> None:
        if self._is_dropped:
            return
        if self._file is not None and self._folder:
            self.close()
            self.fields.append((self._name, FileOnDisk(self._filename, self._path)))
        elif self._file is not None:
            self._file.seek(0)
            self.fields.append((self._name, Upload(self._filename, self._file.read())))
            self.close()
        elif self._filename:
            self.fields.append((self._name, Upload(self._filename, bytes(self._text))))
        else:
            self.fields.append((self._name, self._text.decode(self._charset)))

    def _new_file(self) -> IO[bytes]:
        if self._folder is None:
            return cast("IO[bytes]", SpooledTemporaryFile(max_size=request_sizes.BODY))
        self._path = self._folder.path / token_hex(20)
        try:
            return self._path.open("xb")
        except OSError as fault:
            raise Unavailable from fault

    @property
    def _is_dropped(self) -> bool:
        return self._drops_files and bool(self._filename)

    @property
    def _name(self) -> str:
        return (self._part.name if self._part else None) or ""

    @property
    def _filename(self) -> str:
        return (self._part.filename if self._part else None) or ""

    @property
    def _charset(self) -> str:
        """Only known charsets: some that Python supports take seconds to decode a body of the allowed size."""
        charset = (self._part.charset if self._part else None) or "utf-8"
        if charset.lower() not in CHARSETS:
            raise unreadable_form()
        return charset


def _write(file: IO[bytes], content: bytes) -> None:
    try:
        file.write(content)
    except OSError as fault:
        raise Unavailable from fault


def _too_large(field: str, most: int) -> Invalid:
    return Invalid(TooLarge.by(most + 1, most).public, field=field, code="ERR_TOO_LONG")


def unreadable_form() -> Invalid:
    return Invalid(_("The form cannot be read"))
