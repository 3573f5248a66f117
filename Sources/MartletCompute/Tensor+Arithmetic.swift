import MartletCore
import MartletOps

// Operands broadcast as in NumPy: axes are aligned at the end, and an extent of 1 stretches. All throw `shape`,
// `differentDevices` and `closed`.
extension Tensor {
    public static func + (a: Tensor, b: Tensor) throws(ComputeError) -> Tensor { try pointwise(.add, a, b) }
    public static func - (a: Tensor, b: Tensor) throws(ComputeError) -> Tensor { try pointwise(.subtract, a, b) }
    public static func * (a: Tensor, b: Tensor) throws(ComputeError) -> Tensor { try pointwise(.multiply, a, b) }
    public static func / (a: Tensor, b: Tensor) throws(ComputeError) -> Tensor { try pointwise(.divide, a, b) }
    public static prefix func - (a: Tensor) throws(ComputeError) -> Tensor { try a.pointwise(.negate) }

    // Numbers are operands of the plan, not part of it: a learning rate that changes asks for no new one.
    public static func + (a: Tensor, b: Float) throws(ComputeError) -> Tensor { try pointwise(.add, a, a.constant(b)) }
    public static func - (a: Tensor, b: Float) throws(ComputeError) -> Tensor { try pointwise(.subtract, a, a.constant(b)) }
    public static func * (a: Tensor, b: Float) throws(ComputeError) -> Tensor { try pointwise(.multiply, a, a.constant(b)) }
    public static func / (a: Tensor, b: Float) throws(ComputeError) -> Tensor { try pointwise(.divide, a, a.constant(b)) }
    public static func + (a: Float, b: Tensor) throws(ComputeError) -> Tensor { try pointwise(.add, b.constant(a), b) }
    public static func - (a: Float, b: Tensor) throws(ComputeError) -> Tensor { try pointwise(.subtract, b.constant(a), b) }
    public static func * (a: Float, b: Tensor) throws(ComputeError) -> Tensor { try pointwise(.multiply, b.constant(a), b) }
    public static func / (a: Float, b: Tensor) throws(ComputeError) -> Tensor { try pointwise(.divide, b.constant(a), b) }

    func constant(_ number: Float) -> Tensor { Tensor(DeferredValue(device, TensorType([]), .constant(number))) }
}
