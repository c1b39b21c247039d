"""Property tests of `bind`: any body and any query are either bound or refused, never a bug."""

import json
from urllib.parse import quote_from_bytes

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar, post

from gazouillis.api.bind import bind
from gazouillis.api.request import AnyRequest
from gazouillis.infra.basics.errors import Invalid
from tests.integration.api.echo_handlers import Form

NAMES = st.sampled_from(Form.__struct_fields__)
BRACKETS = st.sampled_from(["", "[]", "[0]", "[name]", "[0][name]", "[][name]", "[privacy]", "[sensitive]", "[a][b]", "[", "]"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.sampled_from("01"), inner, max_size=4),
    max_leaves=8,
)


@post("/", status_code=200)
async def bound_or_refused(request: AnyRequest) -> str:
    try:
        return str(await bind(request, Form))
    except Invalid as refusal:
        return str(refusal)


APP = Litestar([bound_or_refused], openapi_config=None, logging_config=None)


async def is_bound_or_refused(content_type, body, query=""):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(APP), base_url="http://here.test") as http:
        response = await http.post("/?" + query, content=body, headers={"Content-Type": content_type})
    return response.status_code == 200


@given(st.dictionaries(NAMES, VALUES))
async def test_any_json_is_bound_or_refused(content):
    body = json.dumps(content).encode()

    assert await is_bound_or_refused("application/json", body)


@given(st.lists(st.tuples(NAMES, BRACKETS, st.binary(max_size=12)), max_size=6))
async def test_any_form_and_query_is_bound_or_refused(pairs):
    form = "&".join(f"{name}{brackets}={quote_from_bytes(value)}" for name, brackets, value in pairs)

    assert await is_bound_or_refused("application/x-www-form-urlencoded", form.encode())
    assert await is_bound_or_refused("application/x-www-form-urlencoded", b"", form)


@pytest.mark.parametrize(
    "kind", ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/plain", ""]
)
@given(body=st.binary(max_size=60))
async def test_any_bytes_are_bound_or_refused(kind, body):
    assert await is_bound_or_refused(kind, body)
    assert await is_bound_or_refused(kind, b"--b\r\n" + body + b"\r\n--b--\r\n")
