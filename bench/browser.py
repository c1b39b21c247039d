"""Signs in through the form of the page."""

from __future__ import annotations

import re

import httpx

from bench.driver import HOST, WrongAnswer

CSRF_TOKEN = re.compile(r'name="_csrf_token" value="([^"]+)"')


def signed_in(port: int, name: str, password: str) -> str:
    """The value of the Cookie header of somebody who is signed in."""
    with httpx.Client(base_url=f"http://{HOST}:{port}") as browser:
        token = CSRF_TOKEN.search(browser.get("/sign-in").text)
        if token is None:
            raise WrongAnswer("the page to sign in has no form")
        answer = browser.post("/sign-in", data={"_csrf_token": token[1], "login": name, "password": password})
        if not answer.is_redirect:
            raise WrongAnswer(f"{name} could not sign in: {answer.status_code}")
        return "; ".join(f"{one.name}={one.value}" for one in browser.cookies.jar)
