internal import CMartletCPU
import MartletBackend
import MartletCore
import MartletOps

extension AveragePool2D: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) {
        let arguments = builder.averagePool(windows, images: launch.operands[0].type.shape, from: launch.operands[0], to: launch.results[0])
        let pool = builder.pool
        builder.add { martlet_average_pool2d(pool.kernels, pool.raw, arguments) }
    }
}

extension AveragePool2DGradient: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) {
        let arguments = builder.averagePool(windows, images: launch.results[0].type.shape, from: launch.operands[0], to: launch.results[0])
        let pool = builder.pool
        builder.add { martlet_average_pool2d_gradient(pool.kernels, pool.raw, arguments) }
    }
}

extension LaunchBuilder {
    fileprivate func averagePool(
        _ windows: AverageWindows, images shape: Shape, from: Slot, to: Slot
    ) -> UnsafeMutablePointer<martlet_average_pool2d_arguments> {
        let (rows, columns) = (windows.rows(shape[1]), windows.columns(shape[2]))
        func raw(_ spans: [AverageWindows.Span]) -> UnsafePointer<martlet_span> {
            UnsafePointer(memory.keep(spans.map { martlet_span(begin: $0.begin, end: $0.end, count: $0.count) }))
        }
        func holders(_ spans: [AverageWindows.Span], _ extent: Int) -> UnsafePointer<martlet_span> {
            let ranges = AverageWindows.holders(spans, extent: extent)
            return UnsafePointer(memory.keep(ranges.map { martlet_span(begin: $0.lowerBound, end: $0.upperBound, count: 0) }))
        }
        return memory.keep([
            martlet_average_pool2d_arguments(
                images: shape[0], height: shape[1], width: shape[2], result_height: rows.count, result_width: columns.count,
                channels: shape[3], rows: raw(rows), columns: raw(columns), row_holders: holders(rows, shape[1]),
                column_holders: holders(columns, shape[2]), divisor: windows.divisor ?? 0, from: UnsafePointer(floats(from)),
                to: floats(to))
        ])
    }
}
