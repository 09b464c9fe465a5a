"""`codingahead mcp`: the tools of the library over the Model Context Protocol, on standard streams."""

from __future__ import annotations

import argparse
import asyncio
import json
from datetime import date
from typing import Any

from codingahead.cli.common import open_codebook, pack_option
from codingahead.codebook import Codebook
from codingahead.tools import TOOLS, call_or_error


def add(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser(
        "mcp", help="Model Context Protocol server on standard streams"
    )
    pack_option(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    with open_codebook(options) as codebook:
        asyncio.run(_serve(codebook))
    return 0


def server(codebook: Codebook) -> Any:
    """An MCP server whose tools are the rows of the tool table."""
    from mcp import types
    from mcp.server.lowlevel import Server

    async def list_tools(context: Any, request: Any) -> types.ListToolsResult:
        return types.ListToolsResult(
            tools=[
                types.Tool(name=t.name, title=t.title, description=t.description, input_schema=t.schema) for t in TOOLS
            ]
        )

    async def call_tool(context: Any, request: types.CallToolRequestParams) -> types.CallToolResult:
        value = call_or_error(codebook, request.name, dict(request.arguments or {}), date.today())
        text = json.dumps(value, ensure_ascii=False)
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=text)], structured_content=value, is_error="error" in value
        )

    return Server("codingahead", on_list_tools=list_tools, on_call_tool=call_tool)


async def _serve(codebook: Codebook) -> None:
    from mcp.server.stdio import stdio_server

    made = server(codebook)
    async with stdio_server() as (reading, writing):
        await made.run(reading, writing, made.create_initialization_options())
