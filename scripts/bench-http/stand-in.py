"""The service that Atoll re-creates, as far as its answers go: FastAPI under uvicorn, jobs in a dictionary.

Ours, from its contract alone (none of its code): the same routes, fields and kinds of middleware, an engine that keeps
one core busy for a second a job, in a process of its own. uvicorn runs as it does unless told otherwise, with uvloop,
httptools and its access log. Arguments: port, folder of results.
"""

import multiprocessing
import os
import secrets
import sys
import time
from pathlib import Path
from typing import Literal

import uvicorn
from fastapi import FastAPI, HTTPException
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from starlette.middleware.base import BaseHTTPMiddleware

port, folder = int(sys.argv[1]), sys.argv[2]
base = f"http://127.0.0.1:{port}"
case_ids = [f"sub-stroke{number:04d}" for number in range(1, 150)]


class Camel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Cases(BaseModel):
    cases: list[str]


class Wanted(BaseModel):
    case_id: str
    fast_mode: bool = True


class Accepted(Camel):
    job_id: str
    status: Literal["pending", "running", "completed", "failed"]
    message: str


class Result(Camel):
    case_id: str
    dice_score: float | None
    volume_ml: float | None
    elapsed_seconds: float
    dwi_url: str
    prediction_url: str
    warning: str | None = None


class Job(Camel):
    job_id: str
    status: Literal["pending", "running", "completed", "failed"]
    progress: int
    progress_message: str
    elapsed_seconds: float | None = None
    result: Result | None = None
    error: str | None = None


class Corp(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        response = await call_next(request)
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response


app = FastAPI()
app.add_middleware(Corp)
app.add_middleware(
    CORSMiddleware,
    allow_origins=["https://viewer.example.org"],
    allow_methods=["GET", "POST", "OPTIONS"],
    allow_headers=["Content-Type", "Range"],
    expose_headers=["Content-Range", "Content-Length", "Accept-Ranges"],
)
jobs: dict[str, Job] = {}
work = multiprocessing.get_context("spawn").SimpleQueue()


def burn(queue):
    """The engine: a core busy for a second a job."""
    while queue.get() is not None:
        end = time.monotonic() + 1
        while time.monotonic() < end:
            sum(range(10_000))


@app.get("/health")
async def health():
    return {
        "status": "healthy",
        "jobs_in_memory": len(jobs),
        "results_dir": folder,
        "results_dir_exists": os.path.isdir(folder),
    }


@app.get("/api/cases", response_model=Cases)
async def list_cases():
    return Cases(cases=case_ids)


@app.post("/api/segment", response_model=Accepted, status_code=202)
async def segment(wanted: Wanted):
    if wanted.case_id not in case_ids:
        raise HTTPException(400, "There is no such case.")
    job_id = secrets.token_hex(16)
    jobs[job_id] = Job(job_id=job_id, status="pending", progress=0, progress_message="Waiting in the queue")
    if len(jobs) < 100:  # more than the engine gets to; the pipe to it must not fill up
        work.put(job_id)
    return Accepted(job_id=job_id, status="pending", message=f"Segmentation of {wanted.case_id} is queued.")


@app.get("/api/jobs/{job_id}", response_model=Job)
async def get_job(job_id: str):
    job = jobs.get(job_id)
    if job is None:
        raise HTTPException(404, "Job not found.")
    return job


@app.get("/files/{job_id}/{case_id}/{name}")
async def get_file(job_id: str, case_id: str, name: str):
    path = (Path(folder) / job_id / case_id / name).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise HTTPException(404, "File not found.")
    return FileResponse(path, media_type="application/gzip", filename=name)

if __name__ == "__main__":
    files = f"{base}/files/done/sub-stroke0001"
    result = Result(
        case_id="sub-stroke0001",
        dice_score=0.82,
        volume_ml=12.35,
        elapsed_seconds=1.5,
        dwi_url=f"{files}/sub-stroke0001_dwi.nii.gz",
        prediction_url=f"{files}/lesion_msk.nii.gz",
    )
    jobs["done"] = Job(
        job_id="done", status="completed", progress=100, progress_message="Done", elapsed_seconds=1.5, result=result
    )
    engine = multiprocessing.get_context("spawn").Process(target=burn, args=(work,), daemon=True)
    engine.start()
    uvicorn.run(app, host="127.0.0.1", port=port)
