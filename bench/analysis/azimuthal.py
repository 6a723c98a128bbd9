import functools
import json
import logging

import numpy as np
from compressed import image_of
from pyFAI.detectors import Detector
from pyFAI.integrator.azimuthal import AzimuthalIntegrator

BINS = 1000
# Bins that are compared together: single ones near the beam have few pixels.
BAND = 50

logging.getLogger("pyFAI").setLevel(logging.ERROR)


@functools.cache
def integrator():
    """One for all workers: each would build its own matrix."""
    detector = Detector(75e-6, 75e-6, max_shape=(2167, 2070))
    return AzimuthalIntegrator(dist=0.2, poni1=0.081, poni2=0.0775, wavelength=1e-10, detector=detector)


class AzimuthalWorker:
    """The diffractogram of a compressed image."""

    def __init__(self, **kwargs):
        self.integrator = integrator()

    def process_event(self, event, parameters=None, tick=False):
        image = image_of(event.streams["xrd"])
        if image is not None:
            method = ("bbox", "csr", "cython")
            found = self.integrator.integrate1d(image, BINS, unit="q_A^-1", correctSolidAngle=True, method=method)
            return found.intensity


class Curves:
    """Adds up diffractograms."""

    def __init__(self, **kwargs):
        self.results = 0
        self.curve = np.zeros(BINS)

    def process_result(self, result, parameters=None):
        self.results += 1
        self.curve += result.payload

    def finish(self, parameters=None):
        found = {"results": self.results, "bands": self.curve.reshape(-1, BAND).sum(axis=1).tolist()}
        with open("result.json", "w") as file:
            json.dump(found, file)
