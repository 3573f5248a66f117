import MartletBackend
import MartletOps

/// An operation's launch on the CPU path, in a file of the operation's name.
protocol CPUOperation: Operation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError)
}

/// Does not compile where an operation of the table has no launch.
private func require<each Row: CPUOperation>(_ table: OperationTable<repeat each Row>) {}
private let tableIsComplete: Void = require(everyOperation)
