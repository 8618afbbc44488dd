"""Probes and metrics of every process: `/livez` knows no dependency, `/readyz` names what the process cannot do without.

They are for the machines beside this one: whoever comes through a proxy, hence from outside, finds nothing there.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

Check = Callable[[], Awaitable[None]]
_DEADLINE_S: Final = 2.0


def build_health_router(checks: Mapping[str, Check]) -> APIRouter:
    """`checks`: name -> something that raises when the process cannot do its work."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(_stay_inside)])

    @router.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        results = await asyncio.gather(*(_passes(check) for check in checks.values()))
        states = {name: "ok" if passed else "ko" for name, passed in zip(checks, results, strict=True)}
        ready = all(results)
        return JSONResponse({"status": "ok" if ready else "ko", "checks": states}, 200 if ready else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


async def _stay_inside(request: Request) -> None:
    if "x-forwarded-for" in request.headers:
        raise HTTPException(404)


async def _passes(check: Check) -> bool:
    try:
        await asyncio.wait_for(check(), _DEADLINE_S)
    except Exception:  # noqa: BLE001 — whatever it raised, the answer to the probe is "not ready"
        return False
    return True
