"""Signs in as a person does: by the form."""

from __future__ import annotations

import re

import httpx

from bench.driver import HOST, WrongAnswer

KEY = re.compile(r'name="_csrf_token" value="([^"]+)"')


def signed_in(port: int, name: str, password: str) -> str:
    """The cookies of their browser, as a header."""
    with httpx.Client(base_url=f"http://{HOST}:{port}") as browser:
        key = KEY.search(browser.get("/sign-in").text)
        if key is None:
            raise WrongAnswer("the page to sign in has no form")
        answer = browser.post("/sign-in", data={"_csrf_token": key[1], "login": name, "password": password})
        if not answer.is_redirect:
            raise WrongAnswer(f"{name} could not sign in: {answer.status_code}")
        return "; ".join(f"{one.name}={one.value}" for one in browser.cookies.jar)
