"""Runs notebooks in the kernel of a given Deno, and compares their text outputs with the committed ones.

Usage: execute.py --deno DENO [--update] NOTEBOOK...

Fails on an error in a cell, on an output that is missing, stands under another cell, or says something else. Times and
rates are masked; of pictures only the number is compared. With --update the outputs are written into the notebooks.
"""

import argparse
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
from jupyter_client.manager import start_new_kernel

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
    """The kernel did not start, ended by itself, or did not end a cell."""


class Kernel:
    """A kernel that runs one notebook, cell by cell."""

    def __init__(self, deno, folder):
        self.place = tempfile.TemporaryDirectory()
        kernels = os.path.join(self.place.name, "kernels", "deno")
        os.makedirs(kernels)
        argv = [deno, "jupyter", "--kernel", "--conn", "{connection_file}"]
        with open(os.path.join(kernels, "kernel.json"), "w") as file:
            json.dump({"argv": argv, "display_name": "Deno", "language": "typescript"}, file)
        os.environ["JUPYTER_PATH"] = self.place.name
        self.cells = {}
        try:
            self.start(folder)
        except BaseException:
            self.place.cleanup()
            raise

    def start(self, folder):
        """Starts the kernel, with other ports where those chosen were taken."""
        for left in reversed(range(STARTS)):
            with open(os.path.join(self.place.name, "stderr"), "wb") as stderr:
                try:
                    self.manager, self.client = start_new_kernel(kernel_name="deno", cwd=folder, stderr=stderr)
                    return
                except RuntimeError as error:
                    if left == 0 or not any(words in self.said() for words in TAKEN):
                        raise KernelFailed(f"the kernel did not start: {error}\n{self.said()}".rstrip()) from error

    def said(self):
        """What the kernel wrote to its standard error, which says why it ended."""
        with open(os.path.join(self.place.name, "stderr"), encoding="utf-8", errors="replace") as stderr:
            return stderr.read()

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.place.cleanup()

    def run(self, code):
        """The outputs of a cell, as a notebook keeps them; what comes late is still added to them."""
        message = self.client.execute(code)
        self.cells[message] = outputs, _ = [], {}
        deadline, idle = time.monotonic() + TIMEOUT, None
        while time.monotonic() < deadline and (idle is None or time.monotonic() < idle + LINGER):
            received = self.receive(0.02)
            if received is not None and received["parent_header"].get("msg_id") == message:
                idle = time.monotonic()
            if idle is None and not self.manager.is_alive():
                raise KernelFailed(f"the kernel ended in this cell\n{self.said()}".rstrip())
        if idle is None:
            raise KernelFailed(f"the cell did not end within {TIMEOUT} s")
        return outputs

    def drain(self):
        """Reads on until nothing comes any more."""
        end = time.monotonic() + 5 * LINGER
        while time.monotonic() < end:
            self.receive(0.02)

    def receive(self, timeout):
        """Takes one message; gives it back if it says that a cell has ended."""
        try:
            received = self.client.get_iopub_msg(timeout=timeout)
        except queue.Empty:
            return None
        if received["msg_type"] == "status":
            return received if received["content"]["execution_state"] == "idle" else None
        cell = self.cells.get(received["parent_header"].get("msg_id"))
        if cell is not None:
            self.take(received, *cell)
        return None

    @staticmethod
    def take(received, outputs, slots):
        kind, content = received["msg_type"], received["content"]
        if kind == "stream":
            if outputs and outputs[-1]["output_type"] == "stream" and outputs[-1]["name"] == content["name"]:
                outputs[-1]["text"] += content["text"]
            else:
                outputs.append(nbformat.v4.output_from_msg(received))
        elif kind in ("display_data", "execute_result", "error"):
            output = nbformat.v4.output_from_msg(received)
            if kind == "execute_result" and not content["data"]:
                return
            outputs.append(output)
            slot = content.get("transient", {}).get("display_id")
            if slot is not None:
                slots[slot] = output
        elif kind == "update_display_data":
            slot = content.get("transient", {}).get("display_id")
            if slot in slots:
                slots[slot]["data"] = nbformat.from_dict(content["data"])


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
    try:
        kernel = Kernel(deno, os.path.dirname(os.path.abspath(path)))
    except KernelFailed as error:
        return [f"{os.path.basename(path)}: {error}"]
    problems, found = [], []
    cells = [(number, cell) for number, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    try:
        for number, cell in cells:
            try:
                found.append(kernel.run(cell.source))
            except KernelFailed as error:
                return [f"{os.path.basename(path)}, cell {number}: {error}"]
        kernel.drain()
        for count, ((number, cell), outputs) in enumerate(zip(cells, found), start=1):
            where = f"{os.path.basename(path)}, cell {number}:"
            for output in outputs:
                if output["output_type"] == "error":
                    problems.append(f"{where} {output['ename']}: {masked(output['evalue'])}")
            expected, actual = essence(cell.outputs), essence(outputs)
            if not update and expected != actual:
                difference = difflib.unified_diff(expected, actual, "committed", "found", lineterm="", n=1)
                problems.append("\n".join([f"{where} other outputs", *difference]))
            for output in outputs:
                if output["output_type"] == "execute_result":
                    output["execution_count"] = count
            cell.outputs, cell.execution_count = outputs, count
            cell.metadata.pop("execution", None)
    finally:
        kernel.close()
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
