#!/usr/bin/env bash
# Formatting of every file, clang-tidy of the changed ones (all with --all), and headers that stand alone.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "== clang-format"
git ls-files '*.h' '*.cc' | xargs clang-format-19 --dry-run --Werror

echo "== clang-tidy"
base=$(git merge-base HEAD origin/main 2>/dev/null || git rev-parse HEAD)
if [ "${1:-}" = --all ]; then
  files=$(git ls-files 'src/*.cc')
else
  files=$(git diff --name-only --diff-filter=d "$base" -- 'src/*.cc')
fi
[ -z "$files" ] || xargs -P 2 -n 4 clang-tidy-19 -p build/dev --quiet <<<"$files"

echo "== headers"
cmake --preset headers >build/headers.configure.log
cmake --build --preset headers >build/headers.build.log || { tail -n 40 build/headers.build.log; exit 1; }
echo "clean"
