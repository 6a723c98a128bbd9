import bitshuffle
import numpy as np
from dranspose.middlewares.stream1 import parse


def image_of(stream):
    """The image of a packet that has one. dranspose leaves compressed ones to its users."""
    packet = parse(stream)
    if packet.htype != "image":
        return None
    compressed = np.frombuffer(stream.frames[1], np.uint8)
    return bitshuffle.decompress_lz4(compressed, tuple(packet.shape), np.dtype(packet.type))


class SumWorker:
    """The sum of all pixels of a compressed image."""

    def __init__(self, **kwargs):
        pass

    def process_event(self, event, parameters=None, tick=False):
        image = image_of(event.streams["xrd"])
        if image is not None:
            return int(image.sum())
