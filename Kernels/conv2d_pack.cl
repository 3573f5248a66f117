// The weights of a convolution as conv2d_tiles.cl reads them: groups x taps x depth (the channels of a group that are read) x
// columns padded to whole tiles with zeros, taps in the order of the sum.
//
// Layout of the weights is that of conv2d.cl; TURNED 1: what is packed is for the gradient of the images. Where `fold` pixels share
// a vector, the columns of each stand side by side, each under the taps that are its own. One work-item to a row of columns,
// work-groups of one. No local memory. No arithmetic.

#ifndef TURNED
#define TURNED 0
#endif

__kernel void conv2d_pack(
    const __global float *weights, uint weights_offset, __global float *packed, uint packed_offset, uint kernel_height,
    uint kernel_width, uint depth, uint columns, uint groups, uint padded, uint fold, uint stride) {
    uint folded_width = kernel_width + (fold - 1u) * stride;
    uint row = get_global_id(0), line = row / depth, k = row - line * depth;
    uint folded_across = line % folded_width, down = line / folded_width % kernel_height;
    uint group = line / folded_width / kernel_height;
    weights += weights_offset;
    packed += packed_offset + (size_t)row * padded;
    for (uint place = 0u; place < padded; ++place) {
        uint part = place / columns, column = place - part * columns;
        // Below the first tap the difference wraps round to a large number.
        uint across = folded_across - part * stride, tap = down * kernel_width + across;
#if TURNED
        size_t from = ((size_t)(kernel_height * kernel_width - 1u - tap) * columns + column) * groups * depth + group * depth + k;
#else
        size_t from = ((size_t)tap * depth + k) * groups * columns + group * columns + column;
#endif
        packed[place] = part < fold && across < kernel_width ? weights[from] : 0.0f;
    }
}
