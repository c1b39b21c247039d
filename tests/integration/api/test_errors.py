import logging

from gazouillis.infra.basics.messages import Catalogue


async def test_an_unknown_path_is_answered_as_mastodon_does(server):
    response = await server.http.get("/api/v1/nowhere")

    assert (response.status_code, response.json()) == (404, {"error": "Record not found"})


async def test_a_wrong_method_is_a_405(server):
    response = await server.http.delete("/api/v1/apps")

    assert (response.status_code, list(response.json())) == (405, ["error"])


async def test_a_bug_is_logged_once_and_answered_with_the_request_id_alone(server, caplog):
    with caplog.at_level(logging.ERROR):
        response = await server.http.get("/api/echo/broken")

    number = response.json()["request_id"]
    assert response.status_code == 500
    assert "secret formula" not in response.text
    assert [number in one.getMessage() for one in caplog.records] == [True]


async def test_a_failure_of_another_server_is_a_503(server):
    response = await server.http.get("/api/echo/remote")

    assert (response.status_code, "there.test" in response.text) == (503, False)


async def test_an_unavailable_database_is_a_503_with_retry_after(server):
    response = await server.http.get("/api/echo/unavailable")

    assert (response.status_code, response.headers["retry-after"]) == (503, "7")
    assert response.json() == {"error": "The server cannot do this right now; please try again in a moment"}


async def test_errors_are_in_the_language_of_the_request(server):
    server.site.add(Catalogue(lambda message, languages: "Introuvable" if languages == "fr" else str(message)))

    response = await server.http.get("/api/v1/nowhere", headers={"Accept-Language": "fr"})

    assert response.json() == {"error": "Introuvable"}
