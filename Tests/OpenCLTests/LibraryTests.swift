import MartletBackend
import MartletOpenCL
import Testing

@Suite struct LibraryTests {
    @Test func aMissingLibraryIsAReasonAndNoCrash() {
        let error = #expect(throws: DeviceError.self) { try OpenCLLibrary.inspect("/nowhere/libOpenCL.so.1") }
        #expect("\(error!)".hasPrefix("/nowhere/libOpenCL.so.1: cannot open shared object file"))
    }

    @Test func anotherLibraryIsNotTakenForALoader() {
        let error = #expect(throws: DeviceError.self) { try OpenCLLibrary.inspect("libc.so.6") }
        #expect("\(error!)" == "libc.so.6: it lacks clGetPlatformIDs, so it is no OpenCL 1.2 library")
    }

    @Test(withDevice) func aDeviceDescribesItself() throws {
        let device = try #require(testDevice)
        #expect(!device.name.isEmpty && !device.platformName.isEmpty)
        #expect(device.version.hasPrefix("OpenCL "))
        #expect(device.computeUnits > 0 && device.globalMemory > 0 && device.largestWorkGroup > 0)
        #expect(device.largestAllocation > 0 && device.localMemory > 0 && device.baseAddressAlignment > 0)
        #expect(!device.kinds.isEmpty && !device.extensions.isEmpty)
    }

    @Test(withDevice) func aDeviceOfAnotherMachineIsRefused() throws {
        var device = try #require(testDevice)
        device.index = 1000
        #expect(throws: DeviceError.self) { try OpenCLContext(device) }
    }
}
