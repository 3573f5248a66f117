import MartletBackend
import MartletOpenCL
import Testing

/// The device that tests run on: the first usable one, if there is any.
let testDevice: OpenCLDeviceInfo? = (try? OpenCLLibrary.shared.get())?.devices.first { $0.usable }

/// Runs a suite only where there is an OpenCL device.
let withDevice = ConditionTrait.enabled(
    "there is no OpenCL device here (Debian: apt-get install pocl-opencl-icd ocl-icd-libopencl1)"
) { testDevice != nil }

func openTestDevice() throws -> OpenCLContext { try OpenCLContext(try #require(testDevice)) }

extension ProgramCache {
    static let off = ProgramCache(directory: nil)
}
