// What a device can do at most, for the benchmark suite: multiply-adds in registers, a triad through memory, and a launch
// that does nothing.
//
// MARTLET_WIDTH (1, 4, 8, 16): floats of a vector. Any work-groups; no local memory. Order: every element by itself.

#ifndef MARTLET_WIDTH
#define MARTLET_WIDTH 1
#endif
#define MARTLET_JOIN_(a, b) a##b
#define MARTLET_JOIN(a, b) MARTLET_JOIN_(a, b)
#if MARTLET_WIDTH == 1
typedef float lanes;
#else
typedef MARTLET_JOIN(float, MARTLET_WIDTH) lanes;
#endif

#pragma OPENCL FP_CONTRACT OFF

// Twelve independent chains x = fma(x, factor, term). All begin with `start`, for `spread` is 0: the compiler does not
// know that, and would compute equal chains once. Each item stores the greatest and the least end, so that none is left out.
__kernel void chains(__global lanes *result, float start, float spread, float factor, float term, uint steps) {
    lanes a = start, b = a + spread, c = b + spread, d = c + spread, e = d + spread, f = e + spread;
    lanes g = f + spread, h = g + spread, i = h + spread, j = i + spread, k = j + spread, l = k + spread;
    lanes m = factor, t = term;
    for (uint step = 0; step < steps; ++step) {
        a = fma(a, m, t); b = fma(b, m, t); c = fma(c, m, t); d = fma(d, m, t); e = fma(e, m, t); f = fma(f, m, t);
        g = fma(g, m, t); h = fma(h, m, t); i = fma(i, m, t); j = fma(j, m, t); k = fma(k, m, t); l = fma(l, m, t);
    }
    uint item = get_global_id(0);
    result[2 * item] = max(max(max(max(a, b), max(c, d)), max(max(e, f), max(g, h))), max(max(i, j), max(k, l)));
    result[2 * item + 1] = min(min(min(min(a, b), min(c, d)), min(min(e, f), min(g, h))), min(min(i, j), min(k, l)));
}

// a[i] = fma(factor, c[i], b[i]) for `per_item` vectors of each item, next to each other (CPU) or strided (GPU).
__kernel void triad(__global lanes *a, const __global lanes *b, const __global lanes *c, float factor, uint per_item, uint adjacent) {
    uint item = get_global_id(0), items = get_global_size(0);
    uint first = adjacent ? item * per_item : item, stride = adjacent ? 1u : items;
    for (uint n = 0; n < per_item; ++n) {
        uint place = first + n * stride;
        a[place] = fma((lanes)factor, c[place], b[place]);
    }
}

__kernel void nothing(__global float *result) { if (get_global_id(0) == 0xffffffffu) result[0] = 0.0f; }
