import MartletOpenCL
import Testing

@Suite struct StatusTests {
    @Test(arguments: [
        (0, "CL_SUCCESS (0)"), (-5, "CL_OUT_OF_RESOURCES (-5)"), (-11, "CL_BUILD_PROGRAM_FAILURE (-11)"),
        (-30, "CL_INVALID_VALUE (-30)"), (-54, "CL_INVALID_WORK_GROUP_SIZE (-54)"),
        (-1001, "CL_PLATFORM_NOT_FOUND_KHR (-1001)"), (-9999, "NVIDIA: illegal read or write of a buffer (-9999)"),
        (-20, "unknown OpenCL code (-20)"),
    ] as [(Int32, String)])
    func aCodeHasItsName(code: Int32, name: String) {
        #expect(codeName(code) == name)
    }

    @Test func everyCodeOfTheStandardHasAName() {
        for code in Array(0...19) + Array(30...72) { #expect(!codeName(-Int32(code)).hasPrefix("unknown"), "-\(code)") }
    }
}
