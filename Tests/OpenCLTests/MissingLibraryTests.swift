#if compiler(>=6.2)
import Glibc
import MartletBackend
import MartletOpenCL
import Testing

/// In a process of its own, since the loader is opened once: `MARTLET_OPENCL_LIBRARY` is the only path tried.
@Suite struct MissingLibraryTests {
    @Test func withoutALibraryTheCPUIsTakenAndOpenCLRefused() async {
        await #expect(processExitsWith: .success) {
            setenv("MARTLET_OPENCL_LIBRARY", "/nowhere/libOpenCL.so", 1)
            let machine = OpenCLInventory.survey()
            #expect(machine.library == nil)
            #expect(machine.libraryProblem?.hasPrefix("/nowhere/libOpenCL.so: cannot open shared object file") == true)
            #expect(machine.libraryProblem?.contains("libOpenCL.so.1") == false)
            let choice = try machine.choose(.auto) { _ in .exact }
            #expect(choice.device == nil)
            let error = #expect(throws: DeviceError.self) { try machine.choose(.opencl(.any)) { _ in .exact } }
            #expect("\(error!)".split(separator: "\n").count <= 6)
            let device = OpenCLDeviceInfo(index: 0, platformIndex: 0, deviceIndex: 0, name: "X", kinds: [.gpu])
            #expect(throws: DeviceError.self) { try OpenCLContext(device) }
            #expect(Doctor.examine().level == .problem)
        }
    }

    @Test func anEmptyNameIsNotTheExecutableItself() async {
        await #expect(processExitsWith: .success) {
            setenv("MARTLET_OPENCL_LIBRARY", "", 1)
            #expect(OpenCLInventory.survey().libraryProblem == "MARTLET_OPENCL_LIBRARY is empty")
        }
    }

    @Test func theSelectionComesFromTheEnvironment() async {
        await #expect(processExitsWith: .success) {
            unsetenv("MARTLET_BACKEND")
            let unset = try BackendSelection.fromEnvironment()
            #expect(unset == .auto)
            setenv("MARTLET_BACKEND", "opencl:1.0", 1)
            let set = try BackendSelection.fromEnvironment()
            #expect(set == .opencl(.device(platform: 1, index: 0)))
            setenv("MARTLET_BACKEND", "gpu", 1)
            let error = #expect(throws: DeviceError.self) { try BackendSelection.fromEnvironment() }
            #expect("\(error!)".hasPrefix("MARTLET_BACKEND: unknown backend 'gpu'"))
        }
    }
}
#endif
