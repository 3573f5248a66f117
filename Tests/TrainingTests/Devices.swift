import Martlet
import MartletCPU
import MartletOpenCL

/// The devices that tests train on, opened once.
enum TestDevices {
    /// The CPU path with one, two and three threads.
    static let cpu: [any Device] = [1, 2, 3].compactMap { try? CPUDevice(threads: $0) }
    /// Every OpenCL device of this machine, with the kernels that suit it and those that suit the other class.
    static let openCL: [any Device] = OpenCLInventory.survey().devices.flatMap { info in
        DeviceClass.allCases.compactMap { try? OpenCLDevice(info, deviceClass: $0) }
    }
    static let all: [any Device] = cpu + openCL
    /// One of each backend.
    static let each: [any Device] = [cpu[1]] + openCL.prefix(1)
}
