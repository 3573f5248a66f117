import MartletBackend
import MartletOps

/// An operation with its launch on OpenCL devices, in a file named after it.
protocol OpenCLOperation: Operation {
    /// Adds the kernels that carry out one launch.
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError)
}

/// Does nothing, but compiles only where every operation of the table has a launch.
func launchEvery<each Row: OpenCLOperation>(_ table: OperationTable<repeat each Row>) {}
