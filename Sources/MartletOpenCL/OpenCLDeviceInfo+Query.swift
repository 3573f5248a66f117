internal import CMartletOpenCL

extension OpenCLDeviceInfo {
    /// Asks the driver. A property that it does not know stays at its default: nothing here can fail.
    init(of device: cl_device_id, index: Int, deviceIndex: Int, platform: OpenCLPlatformInfo) {
        func words(_ property: Int32) -> String {
            text { martlet_cl_device_info(device, cl_device_info(property), $0, $1, $2) }
        }
        func value<T: FixedWidthInteger>(_ property: Int32, as: T.Type = T.self) -> T {
            var value: T = 0
            let status = martlet_cl_device_info(
                device, cl_device_info(property), MemoryLayout<T>.size, &value, nil)
            return status == CL_SUCCESS ? value : 0
        }
        func uint(_ property: Int32) -> Int { Int(value(property, as: cl_uint.self)) }
        func ulong(_ property: Int32) -> Int { Int(clamping: value(property, as: cl_ulong.self)) }
        func flag(_ property: Int32) -> Bool { value(property, as: cl_bool.self) != 0 }

        self.init(
            index: index, platformIndex: platform.index, deviceIndex: deviceIndex, name: words(CL_DEVICE_NAME),
            kinds: Self.kinds(value(CL_DEVICE_TYPE)))
        platformName = platform.name
        platformVendor = platform.vendor
        platformVersion = platform.version
        vendor = words(CL_DEVICE_VENDOR)
        version = words(CL_DEVICE_VERSION)
        languageVersion = words(CL_DEVICE_OPENCL_C_VERSION)
        driverVersion = words(CL_DRIVER_VERSION)
        available = flag(CL_DEVICE_AVAILABLE)
        compilerAvailable = flag(CL_DEVICE_COMPILER_AVAILABLE)

        computeUnits = uint(CL_DEVICE_MAX_COMPUTE_UNITS)
        clockFrequency = uint(CL_DEVICE_MAX_CLOCK_FREQUENCY)
        globalMemory = ulong(CL_DEVICE_GLOBAL_MEM_SIZE)
        largestAllocation = ulong(CL_DEVICE_MAX_MEM_ALLOC_SIZE)
        localMemory = ulong(CL_DEVICE_LOCAL_MEM_SIZE)
        unifiedMemory = flag(CL_DEVICE_HOST_UNIFIED_MEMORY)
        baseAddressAlignment = uint(CL_DEVICE_MEM_BASE_ADDR_ALIGN) / 8  // asked in bits
        largestWorkGroup = value(CL_DEVICE_MAX_WORK_GROUP_SIZE, as: Int.self)
        largestWorkItems = Self.workItems(device, dimensions: uint(CL_DEVICE_MAX_WORK_ITEM_DIMENSIONS))
        preferredVectorWidth = uint(CL_DEVICE_PREFERRED_VECTOR_WIDTH_FLOAT)

        extensions = words(CL_DEVICE_EXTENSIONS).split(separator: " ").map(String.init).sorted()
        fp64 = extensions.contains("cl_khr_fp64") || ulong(CL_DEVICE_DOUBLE_FP_CONFIG) != 0
        fp16 = extensions.contains("cl_khr_fp16")
        images = flag(CL_DEVICE_IMAGE_SUPPORT)
        let single = value(CL_DEVICE_SINGLE_FP_CONFIG, as: cl_device_fp_config.self)
        func has(_ bit: Int32) -> Bool { single & cl_device_fp_config(bit) != 0 }
        correctlyRoundedDivideSqrt = has(CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT)
        reportsFMA = has(CL_FP_FMA)
        reportsSubnormals = has(CL_FP_DENORM)
    }

    private static func kinds(_ type: cl_device_type) -> [Kind] {
        let bits: [(Int32, Kind)] = [
            (CL_DEVICE_TYPE_CPU, .cpu), (CL_DEVICE_TYPE_GPU, .gpu), (CL_DEVICE_TYPE_ACCELERATOR, .accelerator),
            (CL_DEVICE_TYPE_CUSTOM, .custom),
        ]
        return bits.filter { type & cl_device_type($0.0) != 0 }.map(\.1)
    }

    private static func workItems(_ device: cl_device_id, dimensions: Int) -> [Int] {
        var sizes = [Int](repeating: 0, count: max(3, dimensions))
        let bytes = sizes.count * MemoryLayout<Int>.size
        let status = martlet_cl_device_info(device, cl_device_info(CL_DEVICE_MAX_WORK_ITEM_SIZES), bytes, &sizes, nil)
        return status == CL_SUCCESS ? sizes : []
    }
}
