import Martlet
import MartletReference

/// The devices that tests train on.
enum TestDevices {
    static let reference: any Device = ReferenceDevice()
    /// Every backend of this machine, opened once.
    static let all: [any Device] = [reference]
}
