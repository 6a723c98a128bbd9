import json


class JsonWorker:
    """The sum of the numbers in a small JSON event."""

    def __init__(self, **kwargs):
        pass

    def process_event(self, event, parameters=None, tick=False):
        return sum(json.loads(event.streams["pcap"].frames[0])["values"])
