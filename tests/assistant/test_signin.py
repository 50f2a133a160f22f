"""Staff sign in with the token once, and the cookie stands for them until they sign out."""

from __future__ import annotations

from fastapi import Depends, FastAPI, Request
from fastapi.testclient import TestClient
from pydantic import SecretStr

from assistant.api.errors import add_error_handlers
from assistant.api.staff import COOKIE, Staff
from assistant.web import signin

TOKEN = "staff-word"
HERE = "http://budget.example"


def client(staff: Staff) -> TestClient:
    """A server with the sign-in, one page that asks who is there, and one thing only staff may do."""
    app = FastAPI()
    app.include_router(signin.router(staff))
    add_error_handlers(app)

    @app.get("/who")
    def who(request: Request) -> dict[str, str | None]:
        person = signin.person(staff, request)
        return {"name": person.name if person else None, "strip": signin.strip(staff, request, "documents")}

    @app.post("/write", dependencies=[Depends(staff.required)])
    def write() -> str:
        return "written"

    return TestClient(app, base_url=HERE, follow_redirects=False)


def sign_in(browser: TestClient, **fields: str) -> int:
    return browser.post("/signin", data={"token": TOKEN, **fields}).status_code


def test_the_cookie_of_a_sign_in_stands_for_the_token_until_signing_out() -> None:
    browser = client(Staff(SecretStr(TOKEN)))
    assert browser.get("/who").json()["name"] is None
    refused = browser.post("/write")
    assert refused.status_code == 401
    assert "请在网页上登录" in refused.json()["detail"]

    answer = browser.post("/signin", data={"token": TOKEN, "name": " <b>张三", "next": "desk"})
    assert (answer.status_code, answer.headers["location"]) == (303, "./desk/")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert TOKEN not in cookie
    who = browser.get("/who").json()
    assert who["name"] == "<b>张三"
    assert "已登录：&lt;b&gt;张三" in who["strip"]
    assert browser.post("/write").status_code == 200

    held = browser.cookies[COOKIE]
    assert browser.post("/signout").status_code == 303
    browser.cookies.set(COOKIE, held)
    assert browser.post("/write").status_code == 401, "a cookie kept from before is worth nothing"


def test_a_wrong_token_and_another_sites_form_are_told_and_give_no_cookie() -> None:
    browser = client(Staff(SecretStr(TOKEN)))
    wrong = browser.post("/signin", data={"token": "口令", "next": "desk"})
    assert wrong.status_code == 401
    assert "口令不对" in wrong.text
    assert 'value="desk"' in wrong.text
    elsewhere = browser.post("/signin", data={"token": TOKEN}, headers={"Origin": "http://evil.example"})
    assert elsewhere.status_code == 403
    assert not browser.cookies


def test_another_sites_page_cannot_use_the_cookie() -> None:
    browser = client(Staff(SecretStr(TOKEN)))
    assert sign_in(browser) == 303
    assert browser.post("/write", headers={"Origin": "http://evil.example"}).status_code == 401
    assert browser.post("/write", headers={"Origin": HERE}).status_code == 200
    browser.post("/signout", headers={"Origin": "http://evil.example"})
    assert browser.post("/write").status_code == 200


def test_signing_in_leads_to_pages_of_this_site_alone() -> None:
    browser = client(Staff(SecretStr(TOKEN)))
    for page in ("//evil.example", "https://evil.example/", "desk/../x", '"><b>'):
        answer = browser.post("/signin", data={"token": TOKEN, "next": page})
        assert answer.headers["location"] == "./documents/"
        assert "<b>" not in browser.get("/signin", params={"next": page}).text


def test_without_a_token_nobody_signs_in() -> None:
    visitor = client(Staff())
    assert "不用登录" in visitor.get("/signin").text
    assert sign_in(visitor, token="") == 401
    assert visitor.get("/who").json()["name"] is None
    assert "只能查看" in visitor.get("/who").json()["strip"]
