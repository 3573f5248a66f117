// A row of zeros with a 1 at the row's label; all NaN for a label outside the classes, all zeros for the ignored one.
//
// Layout: labels int per row, result float rows x classes. One work-item to an element. No local memory.

__kernel void one_hot(
    const __global int *labels, uint labels_offset, __global float *result, uint result_offset, uint count, uint classes,
    uint ignores, uint ignored) {
    uint index = get_global_id(0);
    if (index >= count) return;
    uint row = index / classes, column = index - row * classes;
    uint label = (uint)(labels + labels_offset)[row];
    float value = label == column ? 1.0f : 0.0f;
    if (label >= classes) value = NAN;
    if (ignores != 0u && label == ignored) value = 0.0f;
    (result + result_offset)[index] = value;
}
