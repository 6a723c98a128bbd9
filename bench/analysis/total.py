"""Adds up the numbers that it gets."""

import json


class Total:
    def __init__(self, **kwargs):
        self.results = 0
        self.total = 0

    def process_result(self, result, parameters=None):
        self.results += 1
        self.total += result.payload

    def finish(self, parameters=None):
        with open("result.json", "w") as file:
            json.dump({"results": self.results, "total": self.total}, file)
