#!/bin/sh
# What it takes to add to Martlet: in a copy of the sources, a pointwise function with its derivative and a structured
# operation with a kernel of its own on every backend are added, built, and put through `martlet check`; the files that
# had to be touched are counted. At most 2 for the function; 5 and one line of the table for the operation.
# SWIFT_BUILD_ARGUMENTS are handed to `swift build`. Minutes: the copy is built from nothing.
set -e
cd "$(dirname "$0")/../.."
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

# MARK: The additions

# copy_tree FROM TO: the sources that the command is built of.
copy_tree() {
    mkdir -p "$2"
    (cd "$1" && tar cf - Package.swift $(ls Package.resolved 2>/dev/null || true) Kernels Sources Tests) | (cd "$2" && tar xf -)
}

# insert FILE PATTERN LINES: the lines go before the first line that matches.
insert() {
    grep -q "$2" "$1" || { echo "$1 has no line like: $2"; exit 1; }
    awk -v pattern="$2" -v lines="$3" '!done && $0 ~ pattern { print lines; done = 1 } { print }' "$1" > "$copy/edited"
    cat "$copy/edited" > "$1"
}

add_function() {
    header=$1/Kernels/Shared/activation.h
    insert "$header" '^#define MARTLET_ACTIVATIONS' '// x / (1 + |x|)
MARTLET_FUNCTION martlet_real martlet_softsign(martlet_real x) {
    return x / (1.0f + MARTLET_ABSOLUTE(x));
}

// dy / (1 + |x|)^2
MARTLET_FUNCTION martlet_real martlet_softsign_gradient(martlet_real x, martlet_real dy) {
    martlet_real below = 1.0f + MARTLET_ABSOLUTE(x);
    return dy / below / below;
}
'
    insert "$header" '^    UNARY.relu. ' '    UNARY(softsign) \\
    BINARY(softsign_gradient) \\'
    row=$1/Sources/MartletOps/Pointwise/Activations.swift
    insert "$row" '^    static let activations: ' '    /// x / (1 + |x|).
    public static let softsign: PointwiseFunction = .init(
        "softsign", "x -> x / (1 + |x|)", arity: 1, activation: .init(.saturating), formula: { $0[0] / (1 + abs($0[0])) }
    ) { e, x, _, upstream in
        [e.apply(.softsignGradient, x[0], upstream)]
    }
    public static let softsignGradient: PointwiseFunction = .init(
        "softsign_gradient", "x, dy -> dy / (1 + |x|)^2", arity: 2,
        formula: { $0[1] / ((1 + abs($0[0])) * (1 + abs($0[0]))) })
'
    insert "$row" '^        relu, reluGradient' '        softsign, softsignGradient,'
}

add_operation() {
    (cd Tests/Structure/operation && tar cf - .) | (cd "$1" && tar xf -)
    insert "$1/Sources/MartletOps/OperationTable.swift" '^    ArgMax,' '    CumulativeSum,'
}

# MARK: Counting

# changes FROM TO: the files that differ or are new.
changes() { diff -rq "$1" "$2" || true; }

# at_most LIMIT WHAT: of the lines read.
at_most() {
    list=$(cat)
    count=$(printf '%s' "$list" | grep -c . || true)
    echo "$2: $count"
    printf '%s\n' "$list" | sed "s|$copy/||g; s/^/    /"
    [ "$count" -gt 0 ] && [ "$count" -le "$1" ] || { echo "$2: expected at most $1"; exit 1; }
}

copy_tree . "$copy/before"
copy_tree . "$copy/function"
add_function "$copy/function"
changes "$copy/before" "$copy/function" | at_most 2 "files touched for a pointwise function"
copy_tree "$copy/function" "$copy/operation"
add_operation "$copy/operation"
table=Sources/MartletOps/OperationTable.swift
changes "$copy/function" "$copy/operation" | grep -v "$table" | at_most 5 "files touched for a structured operation"
diff "$copy/function/$table" "$copy/operation/$table" | grep '^[<>]' | at_most 1 "lines of the table for it"

[ "$1" = --count ] && exit 0

# MARK: Do they work?

cd "$copy/operation"
echo "building the copy"
"${SWIFT:-swift}" build --product martlet $SWIFT_BUILD_ARGUMENTS > "$copy/log" 2>&1 || { tail -40 "$copy/log"; exit 1; }
martlet=$("${SWIFT:-swift}" build --product martlet $SWIFT_BUILD_ARGUMENTS --show-bin-path)/martlet

backends="--backend cpu"
if "$martlet" check --backend opencl --op relu --quiet > "$copy/log" 2>&1; then
    backends="$backends --backend opencl"
else
    echo "skipped on OpenCL: $(head -1 "$copy/log")"
fi
for name in softsign softsign_gradient cumulative_sum; do
    "$martlet" check $backends --op "$name" --json --quiet > "$copy/log" || { cat "$copy/log"; exit 1; }
    for backend in cpu opencl; do
        case "$backends" in *"$backend"*) ;; *) continue ;; esac
        grep '"check":"parity"' "$copy/log" | grep -q "\"target\":\"$backend" || { echo "$name: no parity on $backend"; exit 1; }
        [ "$name" = softsign_gradient ] || grep '"check":"grad"' "$copy/log" | grep -q "\"target\":\"$backend" \
            || { echo "$name: no gradients on $backend"; exit 1; }
    done
    "$martlet" operations --json | grep -q "\"name\":\"$name\"" || { echo "$name is not among martlet operations"; exit 1; }
    echo "$name: passes parity and gradients on$(echo "$backends" | sed 's/--backend//g'), and is documented"
done
"$martlet" train --backend cpu --activation softsign --epochs 1 --quiet > "$copy/log" 2>&1 || { cat "$copy/log"; exit 1; }
echo "softsign: a model trains with it"
