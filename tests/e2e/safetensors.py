"""Safetensors files as numpy arrays: 8 bytes of header length, a JSON header, the data."""
import json
import struct

import numpy

DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I8": "<i1"}
NAMES = {numpy.dtype(code): name for name, code in DTYPES.items()}


def write(tensors, metadata=None):
    header, data = {}, b""
    if metadata:
        header["__metadata__"] = {key: str(value) for key, value in metadata.items()}
    for name in sorted(tensors):
        array = numpy.ascontiguousarray(tensors[name])
        raw = array.tobytes()
        header[name] = {"dtype": NAMES[array.dtype], "shape": list(array.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def read(raw):
    size, = struct.unpack("<Q", raw[:8])
    header, data = json.loads(raw[8:8 + size]), raw[8 + size:]
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        tensors[name] = numpy.frombuffer(data[begin:end], dtype=DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors, metadata
