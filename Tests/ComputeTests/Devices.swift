import MartletCPU
import MartletCompute
import MartletOpenCL

/// A fresh device of each kind for a test: the CPU path, and every OpenCL device with the kernels of both classes.
func openDevices() throws -> [ComputeDevice] {
    let openCL = try OpenCLInventory.survey().devices.filter(\.usable).flatMap { info in
        try DeviceClass.allCases.map { ComputeDevice(try OpenCLDevice(info, deviceClass: $0)) }
    }
    return [ComputeDevice(try CPUDevice(threads: 2))] + openCL
}
