"""The HTTP interface on a running server over the sample PDFs: what programs get and may do."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from fastapi import FastAPI
from mcp import Client
from mcp_types import CallToolResult, TextContent
from playwright.sync_api import Browser, expect
from pydantic import SecretStr
from starlette.requests import HTTPConnection

from assistant.answer import Answer, Status
from assistant.api.orderly import Orderly
from assistant.api.settings import ServerSettings
from assistant.api.staff import NotAllowedError, Staff, is_local
from assistant.api.uploads import safe_name
from assistant.core import Assistant
from assistant.web.app import build_app
from ingest.apart import read_apart
from vectorstore.settings import Settings
from vectorstore.store import Store

Serving = Callable[[FastAPI], AbstractContextManager[str]]
BUDGET = "上海市普陀区财政局部门25年预算.pdf"  # page 21: 公务接待费 0.95万元
QUESTION = "2025年公务接待费是多少？"
JSON = {"Content-Type": "application/json"}
STAFF = {"Authorization": "Bearer staff-word"}


@pytest.fixture(scope="module")
def url(sample_store: Store, tmp_path_factory: pytest.TempPathFactory, serving: Serving) -> Iterator[str]:
    with serving(build_app(Assistant(sample_store), tmp_path_factory.mktemp("pages"))) as address:
        yield address


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=120) as made:
        yield made


@pytest.fixture
def own_client(own_data: Path, serving: Serving) -> Iterator[httpx.Client]:
    """A server of one's own, where things may be changed; no staff token is set."""
    with (
        Store(Settings.load(data=own_data)) as store,
        serving(build_app(Assistant(store), settings=ServerSettings.load(upload_megabytes=2))) as address,
        httpx.Client(base_url=address, timeout=120) as made,
    ):
        yield made


def finished(client: httpx.Client, job: dict[str, Any]) -> list[dict[str, Any]]:
    """The files of an upload once all of them are read."""
    until = time.monotonic() + 300
    while not job["done"]:
        assert time.monotonic() < until, job
        time.sleep(0.2)
        job = client.get(f"/api/documents/jobs/{job['id']}").json()
    files: list[dict[str, Any]] = job["files"]
    return files


def upload(client: httpx.Client, *files: tuple[str, bytes]) -> list[dict[str, Any]]:
    response = client.post("/api/documents", files=[("files", file) for file in files])
    assert response.status_code == 202, response.text
    return finished(client, response.json())


def test_an_answer_is_the_answer_object_with_its_page(client: httpx.Client) -> None:
    response = client.post("/api/ask", json={"id": "q1", "question": QUESTION, "docs": ["25年预算"]})
    answer = Answer.model_validate(response.json())
    assert (answer.id, answer.status) == ("q1", "answered")
    assert (answer.figures[0].value, answer.figures[0].unit) == ("0.95", "万元")
    assert (BUDGET, 21) in [(c.document, c.page) for c in answer.citations]
    assert response.headers["x-content-type-options"] == "nosniff"


def test_a_follow_up_leans_on_the_history(client: httpx.Client) -> None:
    asked = {"question": "那公务用车购置及运行费呢？", "history": [QUESTION], "docs": ["25年预算"]}
    told = client.post("/api/ask", json=asked).json()["answer"]
    assert "2025年" in told
    assert "公务用车" in told


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"question": "  "}', "问题是空的"),
        ('{"question": "%s"}' % ("多" * 501), "最多 500 个字"),
        ('{"question"', "不是合法的 JSON"),
        ('{"docs": []}', "缺少 question"),
        ('{"question": "多少", "history": "上一个"}', "history"),
    ],
)
def test_a_bad_question_is_refused_in_one_sentence(client: httpx.Client, body: str, said: str) -> None:
    response = client.post("/api/ask", content=body, headers=JSON)
    assert response.status_code == 422
    assert said in response.json()["detail"]


def test_other_mistakes_have_their_status_and_a_sentence(client: httpx.Client) -> None:
    def get(path: str) -> tuple[int, str]:
        response = client.get(path)
        return response.status_code, response.json()["detail"]

    assert get("/api/tables?doc=没有的文件")[0] == 404
    assert get(f"/api/tables?doc={BUDGET}&page=25") == (404, f"{BUDGET} 共 24 页，没有第 25 页。")
    assert get("/api/tables?doc=普陀区财政局")[0] == 409
    assert get(f"/api/tables?doc={BUDGET}&page=x") == (422, "page 要写整数；用法见 /docs。")
    assert get("/api/nothing") == (404, "没有这个接口，请检查网址；全部接口见 /docs。")
    assert get("/api/ask") == (405, "这个接口不接受 GET 方法；用法见 /docs。")
    large = client.post("/api/ask", content=b" " * 1_100_000)
    assert large.status_code == 413
    assert "超过了 1 MB 的上限" in large.json()["detail"]
    surrogate = '{"question": "\\ud800多少", "docs": ["\\ud800"]}'
    assert client.post("/api/ask", content=surrogate, headers=JSON).status_code == 404


def test_tables_are_given_with_the_place_of_each_cell(client: httpx.Client) -> None:
    (table,) = client.get("/api/tables", params={"doc": BUDGET, "page": 21}).json()
    cell = next(c for c in table["cells"] if (c["row"], c["col"]) == (0, 2))
    assert (table["unit"], cell["page"], cell["text"]) == ("万元", 21, "0.95")
    assert cell["bbox"] == [268.5, 240.48, 369.78, 309.84]
    assert client.get(f"/api/pages/{BUDGET}/21.png").headers["content-type"] == "image/png"


def test_ten_at_once_get_what_each_would_get_alone(client: httpx.Client) -> None:
    asked = [QUESTION, "江岸区科经局2024年住房公积金是多少？", "普陀区财政局2024年支出决算是多少？"] * 10

    def ask(question: str) -> str:
        response = client.post("/api/ask", json={"question": question})
        assert response.status_code == 200, response.text
        return str(response.json()["answer"])

    alone = {question: ask(question) for question in set(asked)}
    with ThreadPoolExecutor(10) as users:
        together = list(users.map(ask, asked))
    assert together == [alone[question] for question in asked]


def test_no_more_questions_are_answered_at_once_than_allowed(sample_store: Store) -> None:
    lock, running, most = threading.Lock(), [], [0]

    class Slow(Assistant):
        def ask(self, question: str, **_: Any) -> Answer:
            with lock:
                running.append(question)
                most[0] = max(most[0], len(running))
            time.sleep(0.02)
            with lock:
                running.remove(question)
            return Answer(question=question, status=Status.NOT_FOUND, answer="没有")

    orderly = Orderly(Slow(sample_store), at_once=2)
    with ThreadPoolExecutor(8) as users:
        answers = list(users.map(orderly.ask, map(str, range(16))))
    assert [answer.question for answer in answers] == [str(n) for n in range(16)]
    assert most == [2]


def test_openai_client_gets_the_same_answer_whole_and_in_pieces(url: str) -> None:
    client = openai.OpenAI(base_url=f"{url}/v1", api_key="any")
    parts: Any = [{"type": "text", "text": QUESTION}]
    messages: Any = [{"role": "system", "content": "你是助手"}, {"role": "user", "content": parts}]
    assert [model.id for model in client.models.list()] == ["budget-qa"]
    limited = {"docs": ["25年预算"]}
    whole = client.chat.completions.create(model="budget-qa", messages=messages, extra_body=limited)
    text = whole.choices[0].message.content or ""
    assert "0.95万元[1]" in text
    assert f"[1] {BUDGET} 第21页" in text
    assert whole.model_extra is not None
    assert Answer.model_validate(whole.model_extra["budget_qa"]).figures[0].value == "0.95"

    chunks = list(
        client.chat.completions.create(model="budget-qa", messages=messages, extra_body=limited, stream=True)
    )
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == text
    assert len(chunks) > 3
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert Answer.model_validate((chunks[-1].model_extra or {})["budget_qa"]).citations[0].page == 21


def test_openai_client_takes_earlier_turns_as_history_and_understands_errors(url: str) -> None:
    client = openai.OpenAI(base_url=f"{url}/v1", api_key="any", max_retries=0)
    messages: Any = [
        {"role": "user", "content": "普陀区财政局" + QUESTION},
        {"role": "assistant", "content": "0.95万元"},
        {"role": "user", "content": "那公务用车购置及运行费呢？"},
    ]
    told = client.chat.completions.create(model="budget-qa", messages=messages).choices[0].message.content
    assert "2025年" in (told or "")
    assert "公务用车" in (told or "")
    with pytest.raises(openai.BadRequestError, match="没有 role 为 user 的消息"):
        client.chat.completions.create(model="budget-qa", messages=messages[1:2])
    picture: Any = [{"type": "image_url", "image_url": {"url": "data:,"}}]
    with pytest.raises(openai.BadRequestError, match="请不要附图片"):
        client.chat.completions.create(model="budget-qa", messages=[{"role": "user", "content": picture}])
    with pytest.raises(openai.NotFoundError, match="没有模型 gpt"):
        client.models.retrieve("gpt")
    with pytest.raises(openai.NotFoundError, match="没有的文件"):
        client.chat.completions.create(
            model="budget-qa", messages=messages, extra_body={"docs": ["没有的文件"]}
        )


def test_an_agent_lists_tools_asks_and_reads_tables_over_mcp(url: str) -> None:
    async def talk() -> tuple[set[str], list[CallToolResult]]:
        async with Client(f"{url}/mcp") as agent:
            tools = {tool.name for tool in (await agent.list_tools()).tools}
            asked = {"question": QUESTION, "docs": ["25年预算"]}
            table = {"doc": BUDGET, "page": 21}
            return tools, [
                await agent.call_tool("ask_budget", asked),
                await agent.call_tool("list_documents"),
                await agent.call_tool("get_tables", table),
                await agent.call_tool("get_tables", {"doc": "没有的文件"}),
                await agent.call_tool("get_tables", {"doc": BUDGET, "page": "x"}),
                await agent.call_tool("ask_budget", {}),
                await agent.call_tool("没有"),
            ]

    tools, (answer, held, tables, *wrong) = asyncio.run(talk())
    assert tools == {"ask_budget", "list_documents", "get_tables"}
    given = Answer.model_validate(answer.structured_content)
    assert (given.figures[0].value, given.citations[0].page) == ("0.95", 21)
    assert f"[1] {BUDGET} 第21页" in said(answer)
    assert held.structured_content is not None
    assert BUDGET in [document["name"] for document in held.structured_content["documents"]]
    assert tables.structured_content is not None
    assert "0.95" in tables.structured_content["tables"][0]["rows"][0]
    assert all(result.is_error for result in wrong)
    assert said(wrong[0]).startswith("资料库里没有“没有的文件”这份文件")
    assert [said(result) for result in wrong[1:]] == [
        "page 要写整数；get_tables 的参数见工具列表。",
        "缺少 question；ask_budget 的参数见工具列表。",
        "没有工具 没有，请从 ask_budget、list_documents、get_tables 里选一个。",
    ]


def said(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def test_mcp_refuses_pages_of_other_sites(client: httpx.Client) -> None:
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"Accept": "application/json, text/event-stream", "Origin": "http://evil.example"}
    assert client.post("/mcp", json=call, headers=headers).status_code == 403


def test_the_manual_works_without_another_host(url: str, browser: Browser) -> None:
    context = browser.new_context()
    page, elsewhere = context.new_page(), []
    page.on("request", lambda r: None if r.url.startswith((url, "data:")) else elsewhere.append(r.url))
    page.goto(f"{url}/docs")
    for path in ("/api/ask", "/api/documents/{doc}", "/v1/chat/completions"):
        expect(page.locator(f'[data-path="{path}"]').first).to_be_visible(timeout=60_000)
    context.close()
    assert elsewhere == []


def test_an_upload_is_read_while_questions_are_answered(
    own_client: httpx.Client, samples: Path, excerpt: Callable[..., bytes]
) -> None:
    pdf = excerpt(samples / BUDGET, 1, 21, *range(2, 12))
    evil = "../../etc/<b>区县 2025年预算.pdf"
    sent = [(evil, pdf), ("网页.html", b"<html>"), ("又一份.pdf", pdf)]
    job = own_client.post("/api/documents", files=[("files", file) for file in sent]).json()
    answers = 0
    while not own_client.get(f"/api/documents/jobs/{job['id']}").json()["done"]:
        response = own_client.post("/api/ask", json={"question": "普陀区财政局" + QUESTION})
        assert "0.95万元" in response.json()["answer"], response.text
        answers += 1
    assert answers > 1, "an answer came, and the reading was still going on"

    added, refused, same = finished(own_client, job)
    assert (added["name"], added["state"]) == ("_b_区县 2025年预算.pdf", "added")
    assert (refused["state"], refused["message"]) == ("failed", "网页.html 不是 PDF 文件，请上传 PDF。")
    assert (same["state"], same["document"]) == ("duplicate", added["document"])
    asked = {"question": QUESTION, "docs": [added["name"]]}
    answer = Answer.model_validate(own_client.post("/api/ask", json=asked).json())
    assert (answer.figures[0].value, answer.citations[0].page) == ("0.95", 2)

    assert own_client.get(f"/api/pages/{added['document']}/2.png").status_code == 200
    part = own_client.delete("/api/documents/区县")
    assert part.status_code == 404, "a part of a name is not enough to delete"
    assert own_client.delete(f"/api/documents/{added['document']}").json()["name"] == added["name"]
    assert own_client.get(f"/api/pages/{added['document']}/2.png").status_code == 404
    assert [d["name"] for d in own_client.get("/api/documents").json()].count(added["name"]) == 0


def test_what_cannot_be_read_is_said_for_each_file(own_client: httpx.Client, samples: Path) -> None:
    whole = (samples / BUDGET).read_bytes()
    broken, twin, held = upload(
        own_client, ("坏.pdf", b"%PDF-1.7\nnothing"), ("坏.pdf", b"%PDF-"), (BUDGET, whole)
    )
    assert broken["state"] == twin["state"] == "failed"
    assert "坏.pdf" in broken["message"]
    assert "同名" in twin["message"]
    assert (held["state"], held["message"]) == ("unchanged", "没有变化，已跳过")
    assert own_client.post("/api/documents", data={"files": "文字"}).status_code == 422
    torn = {"Content-Type": "multipart/form-data; boundary=x"}
    response = own_client.post("/api/documents", content=b"torn", headers=torn)
    assert (response.status_code, response.json()["detail"][:6]) == (400, "请求读不出来")
    large = own_client.post("/api/documents", files={"files": ("大.pdf", b"%PDF-" + b"0" * 2_200_000)})
    assert large.status_code == 413
    assert "超过了 2 MB 的上限" in large.json()["detail"]
    assert own_client.get("/api/documents/jobs/0").status_code == 404


def test_only_staff_change_what_is_held(own_data: Path, serving: Serving) -> None:
    settings = ServerSettings.load(staff_token=SecretStr("staff-word"), hosts="127.0.0.1")
    with (
        Store(Settings.load(data=own_data)) as store,
        serving(build_app(Assistant(store), settings=settings)) as address,
        httpx.Client(base_url=address, timeout=120) as client,
    ):
        path = f"/api/documents/{BUDGET}"
        for headers in ({}, {"Authorization": "Bearer staff"}, {"Authorization": "Basic staff-word"}):
            refused = client.delete(path, headers=headers)
            assert refused.status_code == 401
            assert "工作人员口令" in refused.json()["detail"]
        assert client.post("/api/documents", files={"files": ("a.pdf", b"%PDF-")}).status_code == 401
        assert client.get("/api/documents/jobs").status_code == 401
        assert client.get("/api/documents").status_code == 200
        elsewhere = client.get("/health", headers={"Host": "evil.example"})
        assert elsewhere.status_code == 400
        assert "请换用本站的域名" in elsewhere.json()["detail"]
        assert client.delete(path, headers=STAFF).json()["name"] == BUDGET


def connection(client: str, **headers: str) -> HTTPConnection:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return HTTPConnection({"type": "http", "client": (client, 5000), "headers": raw})


@pytest.mark.parametrize(
    ("asking", "local"),
    [
        (connection("127.0.0.1", host="127.0.0.1:7860"), True),
        (connection("::1", host="localhost"), True),
        (connection("::ffff:127.0.0.1", host="[::1]:7860", origin="http://[::1]:7860"), True),
        (connection("192.0.2.7", host="127.0.0.1:7860"), False),
        (connection("127.0.0.1", host="budget.example"), False),
        (connection("127.0.0.1", host="127.0.0.1.evil.example"), False),
        (connection("127.0.0.1"), False),
        (connection("127.0.0.1", host="localhost", x_forwarded_for="127.0.0.1"), False),
        (connection("127.0.0.1", host="localhost:7860", origin="http://localhost:80"), False),
        (connection("127.0.0.1", host="localhost:7860", origin="null"), False),
    ],
)
def test_without_a_token_only_the_machine_itself_is_staff(asking: HTTPConnection, local: bool) -> None:
    assert is_local(asking) is local
    if local:
        Staff().check(asking)
    else:
        with pytest.raises(NotAllowedError, match="BUDGET_QA_STAFF_TOKEN"):
            Staff().check(asking)


def test_with_a_token_it_alone_counts_however_it_comes() -> None:
    staff = Staff(SecretStr("口令"))
    staff.check(connection("192.0.2.7"), given="口令")
    for given in (None, "", "口"):
        with pytest.raises(NotAllowedError, match="工作人员口令"):
            staff.check(connection("127.0.0.1", host="localhost"), given=given)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("预算.pdf", "预算.pdf"),
        ("C:\\用户\\预算.PDF", "预算.pdf"),
        ("../..", "未命名.pdf"),
        (".pdf", "未命名.pdf"),
        ("预算", "预算.pdf"),
        ("预算.doc", "预算.doc.pdf"),
        ("", "未命名.pdf"),
        ('<img src="x">.pdf', "_img src=_x__.pdf"),
        ("a\x00\n\u202eb.pdf", "a___b.pdf"),
        ("账" * 300 + ".pdf", "账" * 60 + ".pdf"),
    ],
)
def test_a_file_name_is_only_a_name(sent: str, kept: str) -> None:
    assert safe_name(sent) == kept


def test_a_file_that_takes_too_long_is_given_up(samples: Path) -> None:
    (result,) = read_apart([samples / BUDGET], patience=0.01)
    assert result.document is None
    assert "已放弃" in (result.error or "")
