from dranspose.middlewares.stream1 import parse


class MeanWorker:
    """The mean of all pixels of an image."""

    def __init__(self, **kwargs):
        pass

    def process_event(self, event, parameters=None, tick=False):
        packet = parse(event.streams["xrd"])
        if packet.htype == "image":
            return float(packet.data.mean())
