"""Fails on an include that climbs the house, on a clock, a sleep or chance outside of base/real_runtime.cc, and on a type
that two headers define: in one namespace the linker would silently mix them.

usage: check_layers.py SRC LAYERS      (LAYERS is written by write_layers() in cmake/PropiusRooms.cmake)
"""
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#include\s+"([a-z_]+)/')
FORBIDDEN = re.compile(r"\b(system_clock|steady_clock|high_resolution_clock|sleep_for|sleep_until|usleep|nanosleep|"
                       r"getenv|srand|random_device|mt19937|gettimeofday|clock_gettime)\b|\b(rand|time)\(")
NAMESPACE = re.compile(r"^namespace ([\w:]+) \{")
TYPE = re.compile(r"^(?:class|struct|enum class) (\w+)(?: final)?(?: : [^;]*)? ?\{")
REAL = {"base/real_runtime.cc", "base/real_runtime.h"}


def main(src: pathlib.Path, layers: pathlib.Path) -> int:
    uses = {}
    for line in layers.read_text().splitlines():
        room, _, rest = line.partition(":")
        uses[room] = set(rest.split()) | {room}
    errors, defined = [], {}
    for path in sorted(p for ending in ("*.h", "*.cc") for p in src.rglob(ending)):
        name = path.relative_to(src)
        room, namespace = name.parts[0], ""
        if room not in uses:
            continue  # not part of this build
        for number, line in enumerate(path.read_text().splitlines(), 1):
            included = INCLUDE.match(line)
            if included and included[1] in uses and included[1] not in uses[room]:
                errors.append(f"{name}:{number}: {room} may not include {included[1]}")
            opened = NAMESPACE.match(line)
            namespace = opened[1] if opened else namespace
            type_name = TYPE.match(line) if path.suffix == ".h" else None
            if type_name:
                first = defined.setdefault((namespace, type_name[1]), name)
                if first != name:
                    errors.append(f"{name}:{number}: {type_name[1]} is defined in {first} too")
            if FORBIDDEN.search(line.split("//")[0]) and str(name) not in REAL:
                errors.append(f"{name}:{number}: time and chance come from base/runtime.h: {line.strip()}")
    print("\n".join(errors) or f"{len(uses)} rooms keep the law")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
