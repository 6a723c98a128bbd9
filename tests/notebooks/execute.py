"""Runs notebooks in the kernel of a given Deno, and compares their text outputs with the committed ones.

Usage: execute.py --deno DENO [--update] NOTEBOOK...

Fails on an error in a cell, on an output that is missing, stands under another cell, or says something else. Times and
rates are masked; of pictures only the number is compared. With --update the outputs are written into the notebooks.
"""

import argparse
import asyncio
import concurrent.futures
import difflib
import json
import os
import queue
import re
import subprocess
import sys
import tempfile
import time

import nbformat
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete, CellTimeoutError, DeadKernelError

TIMEOUT = 120
# Newer kernels may deliver output after the cell counts as idle: whoever stops reading then loses it.
LINGER = 0.1
# Jupyter chooses the kernel's ports, and frees them again before the kernel takes them: another process may be faster.
STARTS = 5
# What a kernel says then: from 2.8.2 on, and before.
TAKEN = ("AddrInUse", "Failed to acquire startup data")

MASKS = [
    (re.compile(r"\x1b\[[0-9;]*m"), ""),
    (re.compile(r"\b\d+(\.\d+)? (ms|s|min)\b"), "… s"),
    (re.compile(r"\b\d[\d ]*(\.\d+)? ([kMG]?B|events?)/s\b"), "…/s"),
    (re.compile(r", …/s"), ""),
    (re.compile(r"(<anonymous>|\.ts):\d+:\d+\b"), r"\1:…"),
]


class KernelFailed(Exception):
    """The kernel did not start, ended by itself, or did not end a cell, whose number it then has."""

    def __init__(self, message, cell=None):
        super().__init__(message)
        self.cell = cell


class Runner(NotebookClient):
    """Runs the cells of one notebook; what a kernel says late still goes to the cell that it belongs to."""

    def __init__(self, notebook, manager):
        super().__init__(
            notebook, km=manager, timeout=TIMEOUT, iopub_timeout=TIMEOUT, raise_on_iopub_timeout=True, allow_errors=True
        )
        self.executed = {}

    async def _async_poll_output_msg(self, parent_msg_id, cell, cell_index):
        self.executed[parent_msg_id] = cell, cell_index
        while await self.take(None) != parent_msg_id:
            pass
        await self.listen(LINGER)

    async def take(self, timeout):
        """Takes one message, as an output of its cell; gives the cell's message if the cell has ended with it."""
        try:
            message = await self.kc.iopub_channel.get_msg(timeout=timeout)
        except queue.Empty:
            return None
        parent = message["parent_header"].get("msg_id")
        if parent not in self.executed:
            return None
        try:
            self.process_message(message, *self.executed[parent])
        except CellExecutionComplete:
            return parent
        return None

    async def listen(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            await self.take(0.02)

    def output(self, outs, msg, display_id, cell_index):
        content = msg["content"]
        if msg["msg_type"] == "stream" and outs and outs[-1].get("name") == content["name"]:
            outs[-1]["text"] += content["text"]
            return None
        # The result of a cell that has none.
        if msg["msg_type"] == "execute_result" and not content["data"]:
            return None
        return super().output(outs, msg, display_id, cell_index)

    async def run(self):
        """Executes all cells, and reads on until nothing comes any more."""
        for index, cell in enumerate(self.nb.cells):
            try:
                await self.async_execute_cell(cell, index)
            except DeadKernelError:
                raise KernelFailed("the kernel ended in this cell", index) from None
            except CellTimeoutError:
                raise KernelFailed(f"the cell did not end within {TIMEOUT} s", index) from None
        await self.listen(5 * LINGER)


class KernelPlace:
    """A folder for what a kernel says."""

    def __init__(self, deno, folder):
        self.deno, self.folder = os.path.abspath(deno), folder
        self.place = tempfile.TemporaryDirectory()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.place.cleanup()

    async def started(self, notebook):
        """A notebook's runner, with a kernel that runs: on other ports where those chosen were taken."""
        for left in reversed(range(STARTS)):
            connection = os.path.join(self.place.name, f"connection-{left}.json")
            manager = AsyncKernelManager(kernel_name="deno", connection_file=connection)
            argv = [self.deno, "jupyter", "--kernel", "--conn", "{connection_file}"]
            manager._kernel_spec = KernelSpec(argv=argv, display_name="Deno", language="typescript")
            runner = Runner(notebook, manager)
            with open(os.path.join(self.place.name, "stderr"), "wb") as stderr:
                await runner.async_start_new_kernel(cwd=self.folder, stderr=stderr)
            try:
                await runner.async_start_new_kernel_client()
                return runner
            except RuntimeError as error:
                if left == 0 or not any(words in self.said() for words in TAKEN):
                    raise KernelFailed(f"the kernel did not start: {error}") from error

    def said(self):
        """What the kernel wrote to its standard error, which says why it ended."""
        with open(os.path.join(self.place.name, "stderr"), encoding="utf-8", errors="replace") as stderr:
            return stderr.read()


async def executed(notebook, deno, folder):
    """Executes a notebook in place."""
    with KernelPlace(deno, folder) as place:
        try:
            runner = await place.started(notebook)
            try:
                await runner.run()
            finally:
                await runner._async_cleanup_kernel()
        except KernelFailed as error:
            raise KernelFailed(f"{error}\n{place.said()}".rstrip(), error.cell) from error


def masked(text):
    for pattern, replacement in MASKS:
        text = pattern.sub(replacement, text)
    return text.rstrip()


def essence(outputs):
    """What is compared of a cell's outputs, as lines. What is printed comes on a way of its own: it is compared apart."""
    lines = []
    for name in ("stdout", "stderr"):
        text = "".join(output["text"] for output in outputs if output["output_type"] == "stream" and output["name"] == name)
        lines += [f"{name}: {line}" for line in masked(text).splitlines()]
    for output in outputs:
        if output["output_type"] == "error":
            lines.append(f"error {output['ename']}: {masked(output['evalue'])}")
        elif output["output_type"] != "stream":
            data = output["data"]
            html = data.get("text/html")
            lines += [f"{output['output_type']}: {line}" for line in masked(data.get("text/plain", "")).splitlines()]
            if html is not None:
                lines.append(f"{html.count('<img ')} pictures")
    return lines


def execute(path, deno, update):
    """Runs one notebook; gives what is wrong, as text."""
    notebook = nbformat.read(path, as_version=4)
    name = os.path.basename(path)
    committed = [essence(cell.get("outputs", [])) for cell in notebook.cells]
    try:
        asyncio.run(executed(notebook, deno, os.path.dirname(os.path.abspath(path))))
    except KernelFailed as error:
        return [f"{name}: {error}" if error.cell is None else f"{name}, cell {error.cell}: {error}"]
    problems, count = [], 0
    for number, (cell, expected) in enumerate(zip(notebook.cells, committed)):
        if cell.cell_type != "code":
            continue
        where = f"{name}, cell {number}:"
        actual = essence(cell.outputs)
        problems += [f"{where} {line[len('error '):]}" for line in actual if line.startswith("error ")]
        if not update and expected != actual:
            difference = difflib.unified_diff(expected, actual, "committed", "found", lineterm="", n=1)
            problems.append("\n".join([f"{where} other outputs", *difference]))
        # Kernels count in their own ways.
        count += 1
        cell.execution_count = count
        for output in cell.outputs:
            if output["output_type"] == "execute_result":
                output["execution_count"] = count
        cell.metadata.pop("execution", None)
    if update and not problems:
        nbformat.write(notebook, path)
    return problems


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--deno", required=True)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("notebooks", nargs="+")
    args = parser.parse_args()
    version = subprocess.run([args.deno, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    problems = []
    # One process for each: the kernel's folder is handed over in the environment.
    with concurrent.futures.ProcessPoolExecutor(max_workers=2) as pool:
        runs = {path: pool.submit(execute, path, args.deno, args.update) for path in args.notebooks}
        for path, run in runs.items():
            found = run.result()
            print(f"{'wrong' if found else 'ok':5}  deno {version}  {os.path.basename(path)}", flush=True)
            problems += found
    if problems:
        print("\n" + "\n\n".join(problems), file=sys.stderr)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
