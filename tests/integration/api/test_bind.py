import pytest

PLACE = "/api/probe/form"
JSON = {"Content-Type": "application/json"}
STATUS = b'Content-Disposition: form-data; name="status"'
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def understood(desk, **request):
    answer = await desk.http.post(PLACE, **request)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("how", ["json", "data", "params"])
async def test_a_text_and_a_number_are_read_in_any_form(desk, how):
    told = await understood(desk, **{how: {"status": "été", "limit": "5"}})

    assert (told["status"], told["limit"]) == ("été", 5)


async def test_multipart_brings_a_file_and_its_neighbours(desk):
    told = await understood(desk, files={"avatar": ("me.png", b"\x89PNG" * 10)}, data={"locked": "true", "status": "été"})

    assert (told["size"], told["locked"], told["status"]) == (40, True, "été")


async def test_a_file_field_left_empty_is_no_file(desk):
    assert (await understood(desk, files={"avatar": ("", b"")}))["size"] is None


@pytest.mark.parametrize("body", ["ids[]=1&ids[]=2", "ids[0]=1&ids[1]=2", "ids[1]=2&ids[0]=1"])
async def test_lists_are_written_with_brackets(desk, body):
    assert (await understood(desk, content=body, headers=FORM))["ids"] == [1, 2]


async def test_one_value_is_a_list_of_one(desk):
    assert (await understood(desk, json={"ids": "7"}))["ids"] == [7]


@pytest.mark.parametrize(
    "body",
    [
        "fields_attributes[0][name]=Blog&fields_attributes[0][value]=x&fields_attributes[1][name]=Site",
        "fields_attributes[][name]=Blog&fields_attributes[][value]=x&fields_attributes[][name]=Site",
    ],
)
async def test_a_list_of_pairs_is_written_with_more_brackets(desk, body):
    fields = (await understood(desk, content=body, headers=FORM))["fields_attributes"]

    assert fields == [{"name": "Blog", "value": "x"}, {"name": "Site", "value": ""}]


async def test_numbered_places_of_json_are_a_list_too(desk):
    told = await understood(desk, json={"fields_attributes": {"0": {"name": "Blog", "value": "x"}}})

    assert told["fields_attributes"] == [{"name": "Blog", "value": "x"}]


async def test_a_place_in_a_place(desk):
    assert (await understood(desk, data={"source[privacy]": "private"}))["source"]["privacy"] == "private"


@pytest.mark.parametrize(("word", "meaning"), [("true", True), ("1", True), ("on", True), ("false", False), ("0", False), ("off", False)])
async def test_a_checkbox_has_many_words(desk, word, meaning):
    assert (await understood(desk, data={"locked": word}))["locked"] is meaning


async def test_nothing_said_and_null_are_the_default(desk):
    told = await understood(desk, json={"status": None, "limit": "", "max_id": None, "locked": "", "unknown": {"a": [1]}})

    assert (told["status"], told["limit"], told["max_id"], "locked" in told) == ("", 20, None, False)


async def test_the_body_counts_more_than_the_address(desk):
    assert (await understood(desk, params={"limit": 1}, json={"limit": 2}))["limit"] == 2


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
async def test_what_is_malformed_is_refused_with_its_field(desk, field, request_):
    answer = await desk.http.post(PLACE, **request_)

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert answer.json()["details"][field][0]["error"]


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
async def test_what_cannot_be_read_is_refused_without_breaking(desk, request_):
    answer = await desk.http.post(PLACE, **request_)

    assert answer.status_code == 422, answer.text
    assert answer.json()["error"]


async def test_an_address_that_cannot_be_read_is_refused(desk):
    assert (await desk.http.get(PLACE + "?status=%ff")).status_code == 422


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "application/json", "text/csv", "multipart/form-data; boundary=b", ""]
)
async def test_a_body_without_files_has_its_limit(desk, kind):
    """The probe's own server would take a million bytes."""
    content = b"--b\r\n" + STATUS + b"\r\n\r\n" + b"x" * 65_537 + b"\r\n--b--\r\n"

    assert (await desk.http.post(PLACE, content=content, headers={"Content-Type": kind})).status_code == 413


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
async def test_a_body_has_a_thousand_fields_at_most(desk, request_):
    assert (await desk.http.post(PLACE, **request_)).status_code == 413


async def test_a_thousand_fields_are_understood(desk):
    assert (await understood(desk, json={"ids": list(range(999))}))["ids"] == list(range(999))
    assert (await understood(desk, json={"status": "[{," * 1000}))["status"] == "[{," * 1000


@pytest.mark.parametrize(("depth", "status"), [(63, 200), (65, 422), (900, 422), (30_000, 422)])
async def test_json_goes_to_a_certain_depth(desk, depth, status):
    content = b'{"a":' + b"[" * depth + b"]" * depth + b"}"

    assert (await desk.http.post(PLACE, content=content, headers=JSON)).status_code == status


async def test_an_address_has_a_thousand_fields_at_most(desk):
    assert (await desk.http.get(PLACE + "?" + "a=&" * 1000)).status_code == 413


@pytest.mark.parametrize("charset", ["punycode", "idna", "utf-7", "unicode_escape", "rot13", "utf-16"])
async def test_parts_are_in_the_charsets_that_browsers_send(desk, charset):
    """Some of those that Python knows take seconds to decode what is allowed here."""
    part = STATUS + b"\r\nContent-Type: text/plain; charset=" + charset.encode() + b"\r\n\r\n" + b"a" * 60_000
    answer = await desk.http.post(
        PLACE, content=b"--b\r\n" + part + b"\r\n--b--\r\n", headers={"Content-Type": "multipart/form-data; boundary=b"}
    )

    assert answer.status_code == 422


async def test_a_boundary_is_as_long_as_the_standard_lets_it(desk):
    long = b"b" * 71
    body = b"--" + long + b"\r\n" + STATUS + b"\r\n\r\nx\r\n--" + long + b"--\r\n"

    assert (
        await desk.http.post(PLACE, content=body, headers={"Content-Type": f"multipart/form-data; boundary={'b' * 71}"})
    ).status_code == 422


async def test_what_must_be_given_is_asked_for(desk):
    answer = await desk.http.post("/api/probe/needy", json={})

    assert answer.json()["details"]["status"][0]["error"] == "ERR_BLANK"


@pytest.mark.parametrize("text", ["x", "-1", "1.0", "٣", "0x1", "9" * 19, "9" * 40, "1%00", "%F0%9F", "1e3"])
async def test_what_is_no_id_names_nothing(desk, text):
    answer = await desk.http.get(f"/api/probe/ids/{text}")

    assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})
