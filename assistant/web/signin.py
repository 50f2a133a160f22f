"""How staff sign in on the pages: a small form at ``/signin``, and a cookie from then on.

The one way for every page that lets staff write: `person` says who it is (in any Gradio event),
`required` refuses visitors with a sentence, `strip` is the line that says who is signed in. Where
no staff token is set, whoever sits at the machine itself is staff without signing in.
"""

from __future__ import annotations

from typing import Annotated

import gradio as gr
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.requests import HTTPConnection

from assistant.api.staff import COOKIE, HOURS, NotAllowedError, Person, Staff, has_own_origin
from assistant.web import theme
from assistant.web.frame import PLACES, TITLE
from assistant.web.render import text

_DEFAULT = "documents"  # the page that signing in leads to when none is named
_MOST = 200  # letters of a token or a name
_ELSEWHERE = "这次登录不是从本站的页面发来的，请打开本站的登录页面再试。"
_NO_SIGN_IN = (
    "没有设置工作人员口令，不用登录：在运行本程序的机器上用 127.0.0.1 或 localhost 打开页面就能操作；"
    "要在别处操作，请设置环境变量 BUDGET_QA_STAFF_TOKEN 后重新启动。"
)


def person(staff: Staff, request: gr.Request | HTTPConnection) -> Person | None:
    """Who of the staff sent the request; None for a visitor."""
    return staff.person(_connection(request))


def required(staff: Staff, request: gr.Request | HTTPConnection) -> Person:
    """Who of the staff sent the request; `NotAllowedError`, a sentence to show, for a visitor."""
    return staff.check(_connection(request))


def strip(staff: Staff, request: gr.Request | HTTPConnection, active: str) -> str:
    """One line for the page `active`, a key of `PLACES`: who is signed in, or how to sign in."""
    who = person(staff, request)
    if not staff.has_token:
        said = "在本机操作，不用登录" if who else "只能查看：没有设置工作人员口令，只有在本机可以操作"
        return f'<div class="bq-signin"><span>{said}</span></div>'
    root = "../" * PLACES[active].path.count("/")
    if who is None:
        said, method, path, does = "只能查看", "get", "signin", "工作人员登录"
    else:
        said = f"已登录：{text(who.name)}" if who.name else "工作人员已登录"
        method, path, does = "post", "signout", "退出"
    return (
        f'<div class="bq-signin"><span>{said}</span><form method="{method}" action="{root}{path}">'
        f'<input type="hidden" name="next" value="{active}"><button>{does}</button></form></div>'
    )


def router(staff: Staff) -> APIRouter:
    """``/signin`` and ``/signout``; to be included before the pages are mounted."""
    made = APIRouter(include_in_schema=False)

    @made.get("/signin")
    def form(next: str = _DEFAULT) -> HTMLResponse:
        if not staff.has_token:
            return _page(next, _NO_SIGN_IN, asks=False)
        return _page(next)

    @made.post("/signin")
    def sign_in(
        request: Request,
        token: Annotated[str, Form()] = "",
        name: Annotated[str, Form()] = "",
        next: Annotated[str, Form()] = _DEFAULT,
    ) -> Response:
        if not has_own_origin(request):
            return _page(next, _ELSEWHERE, status=403)
        try:
            session = staff.sign_in(token.strip()[:_MOST], " ".join(name.split())[:_MOST])
        except NotAllowedError as error:
            return _page(next, str(error), status=401)
        response = _to(next)
        response.set_cookie(
            COOKIE,
            session,
            max_age=HOURS * 3600,
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
        return response

    @made.post("/signout")
    def sign_out(request: Request, next: Annotated[str, Form()] = _DEFAULT) -> Response:
        response = _to(next)
        if has_own_origin(request):
            staff.sign_out(request)
            response.delete_cookie(COOKIE)
        return response

    return made


def _connection(request: gr.Request | HTTPConnection) -> HTTPConnection:
    if isinstance(request, HTTPConnection):
        return request
    if request.request is None:
        raise NotAllowedError("认不出这次操作是谁发来的，请刷新页面后再试。")
    connection: HTTPConnection = request.request
    return connection


def _to(page: str) -> RedirectResponse:
    """Back to a page of ours, and to no other address; relative, as the links of `frame.header`."""
    return RedirectResponse("./" + PLACES[_known(page)].path, 303)


def _known(page: str) -> str:
    return page if page in PLACES else _DEFAULT


def _page(page: str, said: str = "", *, status: int = 200, asks: bool = True) -> HTMLResponse:
    page = _known(page)
    problem = f'<p class="bq-problem" role="alert">{text(said)}</p>' if said else ""
    content = f"""<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>工作人员登录 · {TITLE}</title>
<style>{theme.plain_style()}</style></head><body><main><h1>工作人员登录</h1>{problem}
{_form(page) if asks else ""}<p><a href="./{PLACES[page].path}">返回</a></p></main></body></html>"""
    return HTMLResponse(content, status)


def _form(page: str) -> str:
    return f"""<form method="post" action="signin"><input type="hidden" name="next" value="{page}">
<label>工作人员口令<input name="token" type="password" autocomplete="current-password"
 maxlength="{_MOST}" required autofocus></label>
<label>姓名（选填，记在办理记录里）<input name="name" autocomplete="name" maxlength="40"></label>
<button>登录</button></form>"""
