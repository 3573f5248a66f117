internal import CMartletOpenCL
import MartletBackend

/// The one place where a status code of OpenCL becomes a typed error.
/// - Throws: `DeviceError.call`, unless the status is `CL_SUCCESS`.
func check(_ status: cl_int, _ call: StaticString, _ context: @autoclosure () -> String) throws(DeviceError) {
    guard status != CL_SUCCESS else { return }
    throw .call(name: "\(call)", code: codeName(status), context: context())
}

/// `CL_OUT_OF_RESOURCES (-5)`
package func codeName(_ status: Int32) -> String { "\(String(cString: martlet_cl_error_name(status))) (\(status))" }
