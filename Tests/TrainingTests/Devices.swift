import Martlet
import MartletOpenCL
import MartletReference

/// The devices that tests train on.
enum TestDevices {
    static let reference: any Device = ReferenceDevice()
    static let openCL: (any Device)? = {
        OpenCLInventory.survey().devices.first.flatMap { try? OpenCLDevice($0) }
    }()
    /// Every backend of this machine, opened once.
    static let all: [any Device] = [reference] + [openCL].compactMap { $0 }
}
