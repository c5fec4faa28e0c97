"""Writes the first inputs of the fuzz targets, from which libFuzzer goes on.

usage: make_corpus.py [FOLDER]      (default: corpus beside this file)
"""
import hashlib
import json
import pathlib
import struct
import sys

SIZES = {"F32": 4, "F64": 8, "F16": 2, "BF16": 2, "I8": 1, "I32": 4, "I64": 8}
# That of fuzz_partial.cc.
MANIFEST = [("b", "I8", [2]), ("d", "F64", []), ("w", "F32", [2, 2])]


def elements(shape):
    count = 1
    for extent in shape:
        count *= extent
    return count


def header(tensors, metadata):
    entries, offset = ({"__metadata__": metadata} if metadata else {}), 0
    for name, dtype, shape in tensors:
        end = offset + elements(shape) * SIZES[dtype]
        entries[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, end]}
        offset = end
    return json.dumps(entries, separators=(",", ":"), ensure_ascii=False).encode(), offset


def safetensors(tensors, metadata=None, data=None):
    text, size = header(tensors, metadata)
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + (data if data is not None else bytes(range(size)))


def text(value):
    return struct.pack("<I", len(value)) + value


def terms(options):
    packed = text(b"vision") + struct.pack("<QIIIIIq", 7, 3, 100, 130, 80, 520, 600_000_000)
    packed += text(bytes(32)) + text(b"weighted_mean") + struct.pack("<I", len(options))
    for name, value in options:
        packed += text(name) + struct.pack("<d", value)
    return packed + struct.pack("<Qd", 1 << 28, 1e6)


def partial(reducer, count, weight):
    digest = hashlib.sha256(b"".join(
        text(name.encode()) + text(dtype.encode()) + bytes([len(shape)]) + struct.pack(f"<{len(shape)}Q", *shape)
        for name, dtype, shape in MANIFEST)).hexdigest()
    wide = {"sum": {"I8": "I64"}}.get(reducer, {})
    sums = [(name, wide.get(dtype, "F64"), shape) for name, dtype, shape in MANIFEST]
    data = b"".join(struct.pack("<q" if dtype == "I64" else "<d", 3 * i)
                    for _, dtype, shape in sums for i in range(elements(shape)))
    metadata = {"reducer": reducer, "manifest": digest, "count": str(count), "total_weight": weight}
    return safetensors(sums if count else [], metadata, data if count else b"")


def corpus():
    two = [("bias", "F16", [3]), ("weight", "F32", [2, 2])]
    plan = json.dumps({"delta": {"dtype": "BF16", "shape": [2, 3]}})
    yield "fuzz_safetensors/empty", safetensors([])
    yield "fuzz_safetensors/two", safetensors(two, {"weight": "2.5"})
    yield "fuzz_safetensors/plan", safetensors([("w", "I8", [0, 2]), ("x", "F64", [])], {"update_manifest": plan})
    yield "fuzz_safetensors/integers", safetensors([("a", "I8", []), ("b", "I32", [1]), ("c", "I64", [1, 1])])
    yield "fuzz_safetensors/not_finite", safetensors([("w", "F32", [2])], None, struct.pack("<ff", 1, float("inf")))
    framed, size = header(two + [("\u00e4\"\n", "BF16", [])], {"k": "v"})
    yield "fuzz_safetensors/framed", framed + b"\0" + bytes(size)
    ticket = text(b"vision") + struct.pack("<QIIIQ", 7, 3, 41, 2, 99) + text(bytes(32))
    ticket += struct.pack("<Qdq", 1 << 20, 1e6, 90_000_000) + text(b"http://127.0.0.1:8080")
    yield "fuzz_ticket/text", b"ZGV2aWNl"
    yield "fuzz_ticket/ticket", b"d" + ticket
    yield "fuzz_ticket/node", b"n" + text(b"leaf-0") + struct.pack("<q", 86_400_000_000)
    yield "fuzz_ticket/sealed_terms", b"r" + terms([(b"clip", 1.5)])
    yield "fuzz_ticket/terms", terms([(b"clip", 1.5), (b"noise", 0.0)])
    for reducer in ("sum", "weighted_mean"):
        yield f"fuzz_partial/{reducer}_one", partial(reducer, 1, "1p+0")
        yield f"fuzz_partial/{reducer}_many", partial(reducer, 12, "1.8p+3")
        yield f"fuzz_partial/{reducer}_none", partial(reducer, 0, "0p+0")


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "corpus"
    for name, content in corpus():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
