#!/bin/sh
# The largest error of every formula of Kernels/Shared over all floats: some minutes on two cores. Writes docs/accuracy.md.
# An argument n takes every n-th float only; a second one names a single function; nothing is written then.
# The bits do not depend on the processor, so the fastest instructions it has may be used here.
set -e
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${CC:-clang}" -std=c2x -D_GNU_SOURCE -O3 -fno-math-errno -fno-trapping-math -march=native -Wall -Wextra -I Kernels \
    -o "$folder/accuracy" Tests/Accuracy/accuracy.c -lm -lpthread
if [ $# -gt 0 ]; then
    "$folder/accuracy" "$@"
    exit
fi
cat > "$folder/page" <<'PAGE'
# Accuracy

Written by `make accuracy`; not edited by hand.

The largest error of each formula of `Kernels/Shared` over all 2^32 floats (those of the range), in units in the last
place of the correct result, and the argument where it occurs. A result that is off by one such unit is one of the two
floats beside the correct number, or next to them; correct rounding would give 0.5. Below 2^-126 the unit is that of the
subnormal numbers. The bits are the same on every device, and so are these errors.

The yardstick is Float64, of `Tests/Accuracy/reference.h`: relative errors below 1e-14, which the program asserts against
the C library's long double functions before it begins. `_1`: parameters of 1; `_slope`: the derivative, of an upstream
gradient of 1. Derivatives that pass through zero at a number that is no float have no relative error there, hence the
ranges: `_slope` and `_tail_slope` lie on both sides of it.

PAGE
"$folder/accuracy" > "$folder/table" || { cat "$folder/table"; exit 1; }
cat "$folder/table"
cat "$folder/page" "$folder/table" > docs/accuracy.md
