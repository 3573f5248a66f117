import Foundation
import MartletBackend
import MartletOpenCL
import Testing

/// A particular OpenCL implementation, to which a process is led before it opens the loader: each is tested in a process
/// of its own, since PoCL ends one that holds several contexts, and so that none is tested in the place of another.
struct Implementation: Sendable {
    /// What its platform calls itself.
    let platform: String
    /// The `.icd` file or library that the loader is given, and nothing else.
    let driver: String
    var environment: [String: String] = [:]

    static let pocl = Implementation(platform: "Portable Computing Language", driver: "\(VendorFolder.usualPath)/pocl.icd")
    /// Where `.ci/install-intel` puts it.
    static let intel = Implementation(platform: "Intel(R) OpenCL", driver: "\(checkout)/.opencl/intel.icd")
    static let rusticl = Implementation(
        platform: "rusticl", driver: "\(VendorFolder.usualPath)/rusticl.icd", environment: ["RUSTICL_ENABLE": "llvmpipe"])
    /// With everything on that it looks for.
    ///
    /// Kernels are not optimised: its check of uninitialised values knows no `freeze`, which the optimiser writes. The cache
    /// of programs would not tell such kernels from others. It adds up the local memory of all kernels of a program.
    static let oclgrind = Implementation(
        platform: "Oclgrind", driver: "/usr/lib/oclgrind/liboclgrind-rt-icd.so",
        environment: [
            "OCLGRIND_DATA_RACES": "1", "OCLGRIND_UNINITIALIZED": "1", "OCLGRIND_CHECK_API": "1", "OCLGRIND_NUM_THREADS": "1",
            "OCLGRIND_BUILD_OPTIONS": "-cl-opt-disable", "OCLGRIND_LOCAL_MEM_SIZE": "98304", "MARTLET_CACHE_DIR": "",
        ])

    var isInstalled: Bool { FileManager.default.fileExists(atPath: driver) }

    /// Runs a test only where the implementation is installed.
    var whereInstalled: ConditionTrait {
        .enabled("\(platform) is not installed here: there is no \(driver) (make test-all installs it)") { isInstalled }
    }

    /// Puts its settings into this process's environment.
    func set() { for (name, value) in environment { setenv(name, value, 1) } }

    /// Leads this process to the implementation, which must be the only one that it sees.
    func take() throws -> OpenCLDeviceInfo {
        setenv("OCL_ICD_VENDORS", driver, 1)
        for name in ["MARTLET_OPENCL_LIBRARY", "MARTLET_OPENCL_CLASS", "OCL_ICD_FILENAMES"] { unsetenv(name) }
        set()
        let devices = OpenCLInventory.survey().devices
        let device = try #require(devices.first, "\(platform) has no device here")
        try #require(devices.allSatisfy { $0.platformName == platform }, "\(devices.map(\.platformName)), not \(platform)")
        return device
    }
}

let checkout = URL(filePath: #filePath).appending(path: "../../../..").standardized.path
