import os

import h5py
import numpy as np
from dranspose.middlewares import contrast, xspress

# The bins of the region of interest.
ROI = slice(600, 680)


class RoiWorker:
    """The counts in a region of interest, and where they come from."""

    def __init__(self, **kwargs):
        pass

    def process_event(self, event, parameters=None, tick=False):
        if not {"contrast", "xspress3"} <= event.streams.keys():
            return None
        where = contrast.parse(event.streams["contrast"])
        packet = xspress.parse(event.streams["xspress3"])
        if where.status == "started":
            return {"filename": packet.filename, "description": where.description}
        if where.status == "running":
            return {"sx": where.sx, "sy": where.sy, "counts": packet.data[:, ROI].sum()}


def axis_of(motor, description):
    """The first position, the step and the number of points of a motor in `mesh sx -5 5 99 sy …`."""
    words = description.split(" ")
    start, end, steps = words[words.index(motor) + 1 :][:3]
    return float(start), (float(end) - float(start)) / int(steps), int(steps) + 1


class MapReducer:
    """Puts the counts where they belong in a map."""

    def __init__(self, **kwargs):
        self.map = None

    def process_result(self, result, parameters=None):
        payload = result.payload
        if "description" in payload:
            self.filename = payload["filename"]
            self.sx, self.sy = (axis_of(motor, payload["description"]) for motor in ("sx", "sy"))
            self.map = np.full((self.sx[2], self.sy[2]), np.nan)
        elif self.map is not None:
            row = round((payload["sx"] - self.sx[0]) / self.sx[1])
            column = round((payload["sy"] - self.sy[0]) / self.sy[1])
            self.map[row, column] = payload["counts"]

    def finish(self, parameters=None):
        if self.map is None:
            return
        os.makedirs(os.path.dirname(self.filename) or ".", exist_ok=True)
        with h5py.File(self.filename, "w") as file:
            file["map"] = self.map
