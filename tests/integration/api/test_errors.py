import logging

from gazouillis.infra.basics.messages import Catalogue


async def test_an_unknown_path_is_told_as_mastodon_does(desk):
    answer = await desk.http.get("/api/v1/nowhere")

    assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})


async def test_a_wrong_method_is_no_fault_of_ours(desk):
    answer = await desk.http.delete("/api/v1/apps")

    assert (answer.status_code, list(answer.json())) == (405, ["error"])


async def test_a_fault_is_logged_once_and_told_by_its_number_alone(desk, caplog):
    with caplog.at_level(logging.ERROR):
        answer = await desk.http.get("/api/probe/broken")

    number = answer.json()["request_id"]
    assert answer.status_code == 500
    assert "secret formula" not in answer.text
    assert [number in one.getMessage() for one in caplog.records] == [True]


async def test_another_server_that_fails_is_unavailable(desk):
    answer = await desk.http.get("/api/probe/remote")

    assert (answer.status_code, "there.test" in answer.text) == (503, False)


async def test_a_store_that_is_away_is_told_with_when_to_ask_again(desk):
    answer = await desk.http.get("/api/probe/unavailable")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
    assert answer.json() == {"error": "The server cannot do this right now; please try again in a moment"}


async def test_errors_speak_the_language_that_is_asked_for(desk):
    desk.site.add(Catalogue(lambda message, languages: "Introuvable" if languages == "fr" else str(message)))

    answer = await desk.http.get("/api/v1/nowhere", headers={"Accept-Language": "fr"})

    assert answer.json() == {"error": "Introuvable"}
