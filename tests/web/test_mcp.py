"""`/mcp`: the official client over HTTP, the messages of the protocol, and what keeps strangers out."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.test import Client
from mcp.client import Client as McpClient

from codingahead.tools import TOOLS

ON = "2026-08-01"
ACCEPT = {"accept": "application/json, text/event-stream"}


def sent(client: Client, message: Any, **headers: str) -> Any:
    return client.post("/mcp", json.dumps(message), content_type="application/json", headers=ACCEPT | headers)


def asked(client: Client, method: str, params: dict[str, Any] | None = None) -> Any:
    response = sent(client, {"jsonrpc": "2.0", "id": 7, "method": method, "params": params or {}})
    assert response.status_code == 200
    assert response.json()["id"] == 7
    return response.json()


@pytest.mark.django_db(transaction=True)
def test_the_official_client_lists_the_tools_and_is_answered(live_server: Any, client: Client) -> None:
    async def talk() -> tuple[list[str], Any, Any]:
        async with McpClient(f"{live_server.url}/mcp") as told:
            tools = await told.list_tools()
            answer = await told.call_tool("lookup_code", {"code": "I67.1", "on": ON})
            wrong = await told.call_tool("lookup_code", {"code": "??"})
            return [t.name for t in tools.tools], answer, wrong

    with ThreadPoolExecutor(1) as pool:
        names, answer, wrong = pool.submit(lambda: asyncio.run(talk())).result()
    assert names == [tool.name for tool in TOOLS]
    assert answer.structured_content == client.get("/api/v1/codes/icd10cm/I67.1", {"on": ON}).json()
    assert wrong.is_error
    assert wrong.structured_content["error"]["code"] == "bad_input"


@pytest.mark.django_db
def test_initialize_agrees_on_a_revision_and_names_the_server(client: Client) -> None:
    told = asked(client, "initialize", {"protocolVersion": "2025-06-18"})["result"]
    assert told["protocolVersion"] == "2025-06-18"
    assert told["serverInfo"]["name"] == "codingahead"
    assert asked(client, "initialize", {"protocolVersion": "1999-01-01"})["result"]["protocolVersion"] == "2025-11-25"


@pytest.mark.django_db
def test_ping_is_answered_and_a_notification_is_taken_without_an_answer(client: Client) -> None:
    assert asked(client, "ping")["result"] == {}
    response = sent(client, {"jsonrpc": "2.0", "method": "notifications/initialized"})
    assert (response.status_code, response.content) == (202, b"")


@pytest.mark.django_db
def test_every_tool_is_listed_with_the_schema_of_its_arguments(client: Client) -> None:
    listed = {tool["name"]: tool["inputSchema"] for tool in asked(client, "tools/list")["result"]["tools"]}
    assert listed == {tool.name: json.loads(json.dumps(tool.schema)) for tool in TOOLS}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "number"),
    [
        ("{", -32700),
        ("[]", -32600),
        ('{"id": 1, "method": "ping"}', -32600),
        ('{"jsonrpc": "2.0", "id": 1, "method": 5}', -32600),
    ],
)
def test_body_that_is_no_message_is_refused(client: Client, body: str, number: int) -> None:
    response = client.post("/mcp", body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["error"]["code"] == number


@pytest.mark.django_db
def test_unknown_methods_and_tools_are_errors_of_the_protocol(client: Client) -> None:
    assert asked(client, "resources/list")["error"]["code"] == -32601
    assert asked(client, "tools/call", {"name": "nothing"})["error"]["code"] == -32602
    assert asked(client, "tools/call", {"name": "lookup_code", "arguments": []})["error"]["code"] == -32602


@pytest.mark.django_db
def test_get_and_other_revisions_are_refused(client: Client) -> None:
    assert client.get("/mcp").status_code == 405
    message = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    assert sent(client, message, **{"mcp-protocol-version": "1999-01-01"}).status_code == 400
    assert sent(client, message, **{"mcp-protocol-version": "2025-06-18"}).status_code == 200


@pytest.mark.django_db
def test_a_page_of_another_site_may_not_call(client: Client) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    assert sent(client, message, origin="https://evil.example").status_code == 403
    assert sent(client, message, origin="http://testserver").status_code == 200


@pytest.mark.django_db
def test_a_guest_without_views_left_reads_what_everybody_may_read(client: Client, settings: Any) -> None:
    settings.METERING = True
    for code in ("61624", "61645", "45378"):
        told = asked(client, "tools/call", {"name": "lookup_code", "arguments": {"code": code, "on": ON}})
    value = told["result"]["structuredContent"]
    assert value["locked"]["message"] == "Register to view content"
    assert "facts" not in value
