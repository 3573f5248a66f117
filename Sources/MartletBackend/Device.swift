import MartletCore
import MartletOps

/// A device on which plans run: the whole contract of a backend, together with a launch for every operation.
///
/// Calls may come from any thread. Work enqueued by one executable happens in order; writes, reads and zeroing of a
/// buffer take their place in that order.
public protocol Device: AnyObject, Sendable {
    /// For headers and reports: `CPU (AVX-512, 2 threads)`, `OpenCL 0.0 …`.
    var name: String { get }
    /// `cpu`, `opencl` or `reference`.
    var backend: String { get }
    /// The largest buffer that can be made, in bytes.
    var largestBuffer: Int { get }

    /// Zeroed memory for `count` elements.
    /// - Parameter purpose: what it is for, named in the error.
    func makeBuffer(_ dtype: DType, count: Int, purpose: String) throws(DeviceError) -> any Buffer

    /// A buffer in memory of the host, which is used where it lies; nil where the device would have to copy it.
    /// - Parameter onRelease: called once when the buffer is gone and the device done with it; until then the memory must
    ///   stay, and nobody may write to it. Never called where the result is nil.
    func shareBuffer(
        _ dtype: DType, count: Int, memory: UnsafeMutableRawPointer, onRelease: @escaping @Sendable () -> Void
    ) throws(DeviceError) -> (any Buffer)?

    /// Prepares every launch: kernels built, arguments set, scratch allocated. Nothing of this happens again in `run`.
    func prepare(_ program: Program, regions: [Region: any Buffer]) throws(DeviceError) -> any Executable

    /// Prepares a program whose buffers are named at each run: for plans that are cached by shape and run on whatever
    /// tensors come.
    /// - Parameter regions: every region of the program; runs give the buffers in this order.
    func prepareRoutine(_ program: Program, regions: [Region]) throws(DeviceError) -> any Routine

    /// Waits until everything enqueued is done.
    func finish() throws(DeviceError)
}

/// Device memory of one element type.
public protocol Buffer: AnyObject, Sendable {
    /// The type of its elements.
    var dtype: DType { get }
    /// Elements that it has room for.
    var count: Int { get }

    /// Copies an array in, from element `offset` on; done when it returns.
    func write(_ array: HostArray, at offset: Int) throws(DeviceError)
    /// Copies elements out once all earlier work is done.
    func read(_ type: TensorType, at offset: Int) throws(DeviceError) -> HostArray
    /// Has elements copied out once all earlier work is done, without waiting for it; work enqueued later may change them.
    func beginRead(_ type: TensorType, at offset: Int) throws(DeviceError) -> any PendingRead
    /// Sets every byte to a value, in order with the launches and without waiting.
    func fill(byte: UInt8) throws(DeviceError)
    /// Has the first `count` elements written by the host, beside the launches under way: launches enqueued later see
    /// them. The caller makes sure that no launch under way uses the buffer.
    func stage(count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void) throws(DeviceError)
}

extension Buffer {
    /// Waits for the write, and so for the launches before it.
    public func stage(count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void) throws(DeviceError) {
        try write(HostArray(type: TensorType([count], dtype)) { (bytes) in fill(bytes) }, at: 0)
    }
}

/// A prepared program.
public protocol Executable: AnyObject, Sendable {
    /// Enqueues one replay. Allocates nothing, sets no argument, and waits only for the bound on steps in flight.
    func run(_ step: StepParameters) throws(DeviceError)
    /// Runs one replay by itself, waits for it, and tells when each launch of the program was under way.
    func runTimed(_ step: StepParameters) throws(DeviceError) -> [LaunchSpan]
    /// Waits for its own replays.
    func finish() throws(DeviceError)
}

extension Device {
    public func shareBuffer(
        _ dtype: DType, count: Int, memory: UnsafeMutableRawPointer, onRelease: @escaping @Sendable () -> Void
    ) throws(DeviceError) -> (any Buffer)? { nil }
}
