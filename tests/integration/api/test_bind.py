import pytest

FORM_PATH = "/api/echo/form"
JSON = {"Content-Type": "application/json"}
STATUS = b'Content-Disposition: form-data; name="status"'
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def bound(server, **request):
    response = await server.http.post(FORM_PATH, **request)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize("how", ["json", "data", "params"])
async def test_a_text_and_a_number_are_read_from_json_forms_and_queries(server, how):
    result = await bound(server, **{how: {"status": "été", "limit": "5"}})

    assert (result["status"], result["limit"]) == ("été", 5)


async def test_multipart_bodies_hold_files_and_fields(server):
    result = await bound(server, files={"avatar": ("me.png", b"\x89PNG" * 10)}, data={"locked": "true", "status": "été"})

    assert (result["size"], result["locked"], result["status"]) == (40, True, "été")


async def test_an_empty_file_field_is_no_file(server):
    assert (await bound(server, files={"avatar": ("", b"")}))["size"] is None


@pytest.mark.parametrize("body", ["ids[]=1&ids[]=2", "ids[0]=1&ids[1]=2", "ids[1]=2&ids[0]=1"])
async def test_lists_are_written_with_brackets(server, body):
    assert (await bound(server, content=body, headers=FORM))["ids"] == [1, 2]


async def test_one_value_is_a_list_of_one(server):
    assert (await bound(server, json={"ids": "7"}))["ids"] == [7]


@pytest.mark.parametrize(
    "body",
    [
        "fields_attributes[0][name]=Blog&fields_attributes[0][value]=x&fields_attributes[1][name]=Site",
        "fields_attributes[][name]=Blog&fields_attributes[][value]=x&fields_attributes[][name]=Site",
    ],
)
async def test_a_list_of_objects_is_written_with_two_pairs_of_brackets(server, body):
    fields = (await bound(server, content=body, headers=FORM))["fields_attributes"]

    assert fields == [{"name": "Blog", "value": "x"}, {"name": "Site", "value": ""}]


async def test_a_json_object_with_numbers_as_keys_is_a_list(server):
    result = await bound(server, json={"fields_attributes": {"0": {"name": "Blog", "value": "x"}}})

    assert result["fields_attributes"] == [{"name": "Blog", "value": "x"}]


async def test_an_object_in_an_object(server):
    assert (await bound(server, data={"source[privacy]": "private"}))["source"]["privacy"] == "private"


@pytest.mark.parametrize(("word", "meaning"), [("true", True), ("1", True), ("on", True), ("false", False), ("0", False), ("off", False)])
async def test_booleans_are_read_from_the_usual_words(server, word, meaning):
    assert (await bound(server, data={"locked": word}))["locked"] is meaning


async def test_missing_empty_and_null_fields_have_the_default(server):
    result = await bound(server, json={"status": None, "limit": "", "max_id": None, "locked": "", "unknown": {"a": [1]}})

    assert (result["status"], result["limit"], result["max_id"], "locked" in result) == ("", 20, None, False)


async def test_the_body_takes_precedence_over_the_query(server):
    assert (await bound(server, params={"limit": 1}, json={"limit": 2}))["limit"] == 2


@pytest.mark.parametrize(
    ("field", "request_"),
    [
        ("limit", {"json": {"limit": "five"}}),
        ("limit", {"json": {"limit": 2**63}}),
        ("limit", {"data": {"limit": "9" * 400}}),
        ("limit", {"json": {"limit": [1]}}),
        ("limit", {"json": {"limit": 1.5}}),
        ("limit", {"json": {"limit": True}}),
        ("max_id", {"data": {"max_id": "-1"}}),
        ("max_id", {"data": {"max_id": "１２"}}),
        ("ids", {"data": {"ids[]": "x"}}),
        ("ids", {"json": {"ids": {"a": 1}}}),
        ("status", {"json": {"status": {"a": 1}}}),
        ("status", {"json": {"status": "a\0b"}}),
        ("status", {"data": {"status": "a\0b"}}),
        ("status", {"files": {"status": ("x.txt", b"x")}}),
        ("locked", {"json": {"locked": [True]}}),
        ("source", {"json": {"source": "private"}}),
        ("source.privacy", {"json": {"source": {"privacy": "secret"}}}),
        ("source", {"content": "source=1&source[privacy]=private", "headers": FORM}),
        ("source", {"content": "source[a][b][c][d][e][f][g]=1", "headers": FORM}),
        ("avatar", {"data": {"avatar": "x"}}),
        ("short", {"data": {"short": "x" * 11}}),
    ],
)
async def test_a_malformed_value_is_refused_with_its_field(server, field, request_):
    response = await server.http.post(FORM_PATH, **request_)

    assert (response.status_code, response.json()["field"]) == (422, field)
    assert response.json()["details"][field][0]["error"]


@pytest.mark.parametrize(
    "request_",
    [
        {"content": b"{", "headers": JSON},
        {"content": b"[1]", "headers": JSON},
        {"content": b'"x"', "headers": JSON},
        {"content": b"\xff", "headers": JSON},
        {"content": b'{"status": "\\ud800"}', "headers": JSON},
        {"content": b'{"limit": 1e999}', "headers": JSON},
        {"content": b'{"a":' * 5000, "headers": JSON},
        {"content": b"status=%ff", "headers": FORM},
        {"content": b"status=\xff", "headers": FORM},
        {"content": b"status=x", "headers": {"Content-Type": "text/csv"}},
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}},
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=b"}},
        {"content": b"--b\r\nContent-Disposition: form-data", "headers": {"Content-Type": "multipart/form-data; boundary=b"}},
        {
            "content": b"--b\r\n" + STATUS + b"\r\nContent-Type: text/plain; charset=klingon\r\n\r\nx\r\n--b--\r\n",
            "headers": {"Content-Type": "multipart/form-data; boundary=b"},
        },
        {
            "content": b"--b\r\n" + STATUS + b"\r\n\r\n\xff\r\n--b--\r\n",
            "headers": {"Content-Type": "multipart/form-data; boundary=b"},
        },
    ],
)
async def test_a_body_that_cannot_be_parsed_is_refused(server, request_):
    response = await server.http.post(FORM_PATH, **request_)

    assert response.status_code == 422, response.text
    assert response.json()["error"]


async def test_a_query_that_is_not_utf_8_is_refused(server):
    assert (await server.http.get(FORM_PATH + "?status=%ff")).status_code == 422


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "application/json", "text/csv", "multipart/form-data; boundary=b", ""]
)
async def test_a_body_without_files_is_limited_to_64_kib(server, kind):
    """The limit of the test server itself is a million bytes."""
    content = b"--b\r\n" + STATUS + b"\r\n\r\n" + b"x" * 65_537 + b"\r\n--b--\r\n"

    assert (await server.http.post(FORM_PATH, content=content, headers={"Content-Type": kind})).status_code == 413


@pytest.mark.parametrize(
    "request_",
    [
        {"content": b"a=&" * 1000, "headers": FORM},
        {"content": b"a[]=1&" * 1000, "headers": FORM},
        {"json": {"ids": [0] * 1001}},
        {"json": {"a": [{str(n): n for n in range(600)}, {str(n): n for n in range(600)}]}},
        {"content": b"--b\r\n" + (STATUS + b"\r\n\r\n\r\n--b\r\n") * 1001, "headers": {"Content-Type": "multipart/form-data; boundary=b"}},
    ],
)
async def test_a_body_has_a_thousand_fields_at_most(server, request_):
    assert (await server.http.post(FORM_PATH, **request_)).status_code == 413


async def test_a_thousand_fields_are_accepted(server):
    assert (await bound(server, json={"ids": list(range(999))}))["ids"] == list(range(999))
    assert (await bound(server, json={"status": "[{," * 1000}))["status"] == "[{," * 1000


@pytest.mark.parametrize(("depth", "status"), [(63, 200), (65, 422), (900, 422), (30_000, 422)])
async def test_json_may_be_64_levels_deep(server, depth, status):
    content = b'{"a":' + b"[" * depth + b"]" * depth + b"}"

    assert (await server.http.post(FORM_PATH, content=content, headers=JSON)).status_code == status


async def test_a_query_has_a_thousand_fields_at_most(server):
    assert (await server.http.get(FORM_PATH + "?" + "a=&" * 1000)).status_code == 413


@pytest.mark.parametrize("charset", ["punycode", "idna", "utf-7", "unicode_escape", "rot13", "utf-16"])
async def test_a_part_in_a_charset_that_browsers_do_not_send_is_refused(server, charset):
    """Python takes seconds to decode a body of the allowed size from some of these charsets."""
    part = STATUS + b"\r\nContent-Type: text/plain; charset=" + charset.encode() + b"\r\n\r\n" + b"a" * 60_000
    response = await server.http.post(
        FORM_PATH, content=b"--b\r\n" + part + b"\r\n--b--\r\n", headers={"Content-Type": "multipart/form-data; boundary=b"}
    )

    assert response.status_code == 422


async def test_a_boundary_longer_than_the_standard_allows_is_refused(server):
    long = b"b" * 71
    body = b"--" + long + b"\r\n" + STATUS + b"\r\n\r\nx\r\n--" + long + b"--\r\n"

    assert (
        await server.http.post(FORM_PATH, content=body, headers={"Content-Type": f"multipart/form-data; boundary={'b' * 71}"})
    ).status_code == 422


async def test_a_missing_required_field_is_refused(server):
    response = await server.http.post("/api/echo/required", json={})

    assert response.json()["details"]["status"][0]["error"] == "ERR_BLANK"


@pytest.mark.parametrize("text", ["x", "-1", "1.0", "٣", "0x1", "9" * 19, "9" * 40, "1%00", "%F0%9F", "1e3"])
async def test_an_invalid_id_is_not_found(server, text):
    response = await server.http.get(f"/api/echo/ids/{text}")

    assert (response.status_code, response.json()) == (404, {"error": "Record not found"})
