"""Appends rows to a dataset with h5py: `hdf5.py <how> <dataset as JSON> <file>`. Prints the seconds that it took."""

import json
import sys
import time

import h5py
import numpy as np

how, described, path = sys.argv[1:]
wanted = json.loads(described)
count, row, batch = wanted["count"], tuple(wanted["row"]), wanted["batch"]
elements = np.arange(int(np.prod(row, dtype=int)))
rows = [((31 * kind + elements) % 4096).astype(wanted["dtype"]).reshape(row) for kind in range(16)]
if row == ():
    rows = [value.item() for value in rows]


def naive(dataset):
    for i in range(count):
        dataset.resize(i + 1, axis=0)
        dataset[i] = rows[i % 16]


def batched(dataset):
    """Gathers rows; `count` is a multiple of `batch`."""
    gathered = np.empty((batch, *row), wanted["dtype"])
    for i in range(count):
        gathered[i % batch] = rows[i % 16]
        if i % batch == batch - 1:
            dataset.resize(i + 1, axis=0)
            dataset[i + 1 - batch :] = gathered


with h5py.File(path, "w") as file:
    chunks = tuple(wanted["chunks"])
    dataset = file.create_dataset("rows", (0, *row), maxshape=(None, *row), chunks=chunks, dtype=wanted["dtype"])
    started = time.perf_counter()
    {"naive": naive, "batched": batched}[how](dataset)
print(time.perf_counter() - started)
