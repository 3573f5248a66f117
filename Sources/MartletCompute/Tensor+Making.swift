import MartletCore
import MartletGraph
import MartletOps

extension Tensor {
    /// One number everywhere.
    public static func full(_ shape: Shape, _ value: Float, on device: ComputeDevice) throws(ComputeError) -> Tensor {
        try device.requireOpen()
        let number = try Tensor(value, on: device)
        guard shape.checkedElementCount != nil else {
            throw .data(operation: "full", expected: "a shape of fewer than 2^31 elements", found: "\(shape)")
        }
        return try number.broadcast(to: shape)
    }
    /// 0 everywhere.
    public static func zeros(_ shape: Shape, on device: ComputeDevice) throws(ComputeError) -> Tensor {
        try full(shape, 0, on: device)
    }
    /// 1 everywhere.
    public static func ones(_ shape: Shape, on device: ComputeDevice) throws(ComputeError) -> Tensor {
        try full(shape, 1, on: device)
    }

    /// 0, 1, 2, … as numbers.
    public static func iota(_ count: Int, on device: ComputeDevice) throws(ComputeError) -> Tensor {
        guard (0..<1 << 24).contains(count) else {
            throw .data(operation: "iota", expected: "a count from 0 to 2^24 (larger integers are no float32)", found: "\(count)")
        }
        return try Tensor((0..<count).map(Float.init), on: device)
    }

    /// A square matrix with ones on its diagonal.
    public static func identity(_ count: Int, on device: ComputeDevice) throws(ComputeError) -> Tensor {
        let places = try iota(count, on: device)
        return try places.reshape([count, 1]) .== places
    }
}
