internal import CMartletOpenCL
import MartletBackend

/// An object of the driver, released exactly once: when its one owner goes.
///
/// It is `@unchecked Sendable` because the pointer never changes and OpenCL allows its objects to be used from any
/// thread, save for setting the arguments of one kernel from two, which `OpenCLKernel` does only while it is made.
struct OwnedHandle: ~Copyable, @unchecked Sendable {
    let raw: OpaquePointer
    private let release: (OpaquePointer?) -> cl_int

    /// Creates the object with a call that reports its status through a pointer.
    /// - Throws: `DeviceError.call` where the call fails.
    init(
        _ call: StaticString, _ context: @autoclosure () -> String,
        release: @escaping (OpaquePointer?) -> cl_int,
        create: (UnsafeMutablePointer<cl_int>) -> OpaquePointer?
    ) throws(DeviceError) {
        var status = cl_int(CL_SUCCESS)
        let created = create(&status)
        try check(status, call, context())
        // A driver that returns nothing and reports success breaks the standard; it must not crash us.
        guard let created else { throw .call(name: "\(call)", code: "no object", context: context()) }
        raw = created
        self.release = release
    }

    /// Takes over an object that a call has already made.
    init(owning raw: OpaquePointer, release: @escaping (OpaquePointer?) -> cl_int) {
        self.raw = raw
        self.release = release
    }

    deinit { _ = release(raw) }
}
