"""The tutorial's classes; those of beamfold are in notebooks/tutorial."""

import os

import h5py
import numpy as np
from dranspose.middlewares.stream1 import parse
from dranspose.parameters import IntParameter


class TestWorker:
    @staticmethod
    def describe_parameters():
        return [IntParameter(name="till_x", default=2), IntParameter(name="from_y", default=8)]

    def __init__(self, **kwargs):
        pass

    def process_event(self, event, parameters=None, tick=False):
        packet = parse(event.streams["xrd"])
        if packet.htype == "header":
            return {"filename": packet.filename}
        if packet.htype == "image":
            till_x, from_y = parameters["till_x"].value, parameters["from_y"].value
            return {"intensity": np.mean(packet.data[:till_x, from_y:])}


class TestReducer:
    def __init__(self, **kwargs):
        self.file = None

    def process_result(self, result, parameters=None):
        if "filename" in result.payload:
            if self.file is None:
                name, ending = os.path.splitext(result.payload["filename"])
                os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
                self.file = h5py.File(f"{name}_processed{ending}", "w")
                self.reduced = self.file.create_dataset("reduced", (0,), maxshape=(None,), dtype=np.float32)
                self.file["till_x"] = parameters["till_x"].value
                self.file["from_y"] = parameters["from_y"].value
            return
        if result.event_number >= len(self.reduced):
            self.reduced.resize(result.event_number + 1, axis=0)
        self.reduced[result.event_number] = result.payload["intensity"]

    def finish(self, parameters=None):
        if self.file is not None:
            self.file.close()
