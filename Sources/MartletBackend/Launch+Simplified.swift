import MartletCore
import MartletOps

extension Launch {
    /// The plainest launch with the same result, bit for bit: a convolution with a kernel of one element, and its input's
    /// gradient, are products of matrices, a row to each pixel.
    public var simplified: Launch {
        switch operation {
        case let operation as Conv2D:
            let extents = operation.extents(operands.map(\.type))
            return product(extents, inner: extents.channels, columns: extents.outputChannels, Matmul(epilogue: operation.epilogue))
        case let operation as Conv2DInputGradient:
            let extents = operation.extents(operands.map(\.type))
            return product(
                extents, inner: extents.outputChannels, columns: extents.channels,
                Matmul(transposeB: true, epilogue: operation.epilogue))
        default: return self
        }
    }

    private func product(_ extents: ConvolutionExtents, inner: Int, columns: Int, _ matmul: Matmul) -> Launch {
        let pixels = extents.images * extents.image.height * extents.image.width
        // A convolution's sum is one chain, so a product that is cut into segments has other bits.
        guard extents.isPlain, segmentLength(rows: pixels, columns: columns, inner: inner) >= inner else { return self }
        let whole = results[0].type.shape
        var operands = operands
        operands[0].type = TensorType([pixels, inner])
        operands[1].type = TensorType([extents.channels, extents.outputChannels])
        for index in operands.indices.dropFirst(2) {
            let shape = operands[index].type.shape
            if shape == whole {
                operands[index].type = TensorType([pixels, columns])
            } else if shape.rank > 1 {
                return self
            }
        }
        var results = results
        results[0].type = TensorType([pixels, columns])
        return Launch(matmul, operands, results, label: label)
    }
}

extension ConvolutionExtents {
    /// Every pixel by itself, all channels together.
    fileprivate var isPlain: Bool {
        window.count == 1 && groups == 1
            && [window.height, window.width].allSatisfy { $0.stride == 1 && $0.before == 0 && $0.after == 0 }
    }
}
