// swift-tools-version: 6.1
import PackageDescription

// Dependencies point downward only; the picture of the house is in README.md.

/// `make dist` sets this, so that one executable runs where no development package is installed.
let zlib = Context.environment["MARTLET_STATIC_ZLIB"] == nil ? "z" : ":libz.a"

let package = Package(
    name: "martlet",
    products: [
        .library(name: "Martlet", targets: ["Martlet"]),
        .library(name: "MartletCompute", targets: ["MartletCompute"]),
        .library(name: "MartletFormats", targets: ["MartletFormats"]),
        .library(name: "MartletConformance", targets: ["MartletConformance"]),
        // libmartlet.so; `make install` gives it its name.
        .library(name: "MartletC", type: .dynamic, targets: ["MartletC"]),
        .executable(name: "martlet", targets: ["MartletCommand"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
    ],
    targets: [
        // C: formulas, SIMD kernels, the shim over the OpenCL loader.
        .target(
            name: "MartletKernels", path: "Kernels", publicHeadersPath: ".",
            linkerSettings: [.linkedLibrary("m")]),
        .target(name: "CMartletCPU", dependencies: ["MartletKernels"], linkerSettings: [.linkedLibrary("m")]),
        .target(name: "CMartletOpenCL", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
        .target(name: "CMartletJPEG", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),

        // Values, the closed set of operations, the contract of a backend.
        .target(name: "MartletCore", dependencies: ["MartletKernels"]),
        .target(name: "MartletOps", dependencies: ["MartletCore", "MartletKernels"]),
        .target(name: "MartletBackend", dependencies: ["MartletOps"]),

        // Three backends.
        .target(name: "MartletReference", dependencies: ["MartletBackend"]),
        .target(name: "MartletCPU", dependencies: ["MartletBackend", "CMartletCPU"]),
        .target(
            name: "MartletOpenCL", dependencies: ["MartletBackend", "CMartletOpenCL", "MartletKernels"],
            plugins: ["EmbedKernels"]),
        .plugin(name: "EmbedKernels", capability: .buildTool(), path: "Sources/EmbedKernels"),

        // Graph to plan.
        .target(name: "MartletGraph", dependencies: ["MartletBackend"]),

        // Tensors for other people's tools.
        .target(
            name: "MartletCompute",
            dependencies: ["MartletGraph", "MartletReference", "MartletCPU", "MartletOpenCL"]),

        // Layers, data, files, training.
        .target(name: "MartletNN", dependencies: ["MartletGraph"]),
        .target(
            name: "MartletFormats", dependencies: ["MartletCore", "CZlib", "CMartletJPEG"],
            linkerSettings: [.linkedLibrary(zlib)]),
        .target(name: "MartletDigits", exclude: ["README.md", "digits.bin"]),
        .target(name: "MartletZoo", exclude: ["README.md", "digits-mlp.safetensors", "mnist-lenet5.safetensors"]),
        .target(name: "MartletData", dependencies: ["MartletFormats", "MartletDigits", "MartletKernels"]),
        .target(
            name: "MartletTraining",
            dependencies: [
                "MartletNN", "MartletData", "MartletFormats", "MartletZoo", "MartletCompute", "MartletReference", "MartletCPU",
                "MartletOpenCL",
            ]),
        .target(name: "Martlet", dependencies: ["MartletTraining"]),

        // Charts and pages.
        .target(name: "MartletReport", dependencies: ["MartletFormats"]),
        // What runs went through: their records and folders, their pages, and what is wrong with them.
        .target(name: "MartletRuns", dependencies: ["MartletTraining", "MartletReport"]),
        // What the choices in training do: first weights, optimizers, regularisation, the batch.
        .target(name: "MartletStudies", dependencies: ["MartletRuns"]),
        // Hyperparameters: spaces, methods, journals. It knows nothing of networks.
        .target(name: "MartletSearch", dependencies: ["MartletCore", "MartletFormats", "MartletKernels"]),
        .target(
            name: "MartletConformance",
            dependencies: ["MartletGraph", "MartletReference", "MartletCPU", "MartletOpenCL", "MartletFormats", "MartletTraining"]),
        .target(
            name: "CMartletBenchmark", dependencies: ["CMartletCPU"],
            linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
        .target(
            name: "MartletBenchmark",
            dependencies: [
                "MartletTraining", "MartletConformance", "MartletReport", "MartletKernels", "CMartletCPU", "CMartletBenchmark",
            ]),
        .executableTarget(
            name: "MartletCommand",
            dependencies: [
                "Martlet", "MartletSearch", "MartletReport", "MartletRuns", "MartletStudies", "MartletConformance", "MartletBenchmark",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // The C ABI: martlet.h, and its functions.
        .target(name: "CMartlet"),
        .target(
            name: "MartletC", dependencies: ["CMartlet", "Martlet", "MartletOpenCL"], exclude: ["libmartlet.map"],
            linkerSettings: [
                // Only the functions of martlet.h can be seen. The number is MARTLET_ABI.
                .unsafeFlags(
                    [
                        "-Xlinker", "--version-script=\(Context.packageDirectory)/Sources/MartletC/libmartlet.map",
                        "-Xlinker", "-soname=libmartlet.so.1",
                    ], .when(platforms: [.linux]))
            ]),

        // What tests of several rooms need.
        .target(name: "TestSupport", dependencies: ["MartletFormats"], path: "Tests/TestSupport"),

        .testTarget(name: "KernelsTests", dependencies: ["MartletKernels"]),
        .testTarget(name: "CPUKernelsTests", dependencies: ["CMartletCPU"]),
        .testTarget(name: "CPUTests", dependencies: ["MartletCPU", "MartletConformance"]),
        .testTarget(name: "OpenCLTests", dependencies: ["MartletOpenCL", "MartletConformance"]),
        .testTarget(name: "CoreTests", dependencies: ["MartletCore"]),
        .testTarget(name: "ReportTests", dependencies: ["MartletReport"]),
        .testTarget(name: "RunsTests", dependencies: ["Martlet", "MartletRuns", "MartletStudies", "TestSupport"]),
        .testTarget(name: "FormatsTests", dependencies: ["MartletFormats", "TestSupport"]),
        .testTarget(name: "DataTests", dependencies: ["MartletData", "TestSupport"]),
        .testTarget(
            name: "GraphTests",
            dependencies: ["MartletGraph", "MartletConformance", "MartletNN", "MartletFormats", "TestSupport"]),
        .target(name: "CTestSupport", path: "Tests/CTestSupport"),
        .testTarget(name: "TrainingTests", dependencies: ["Martlet", "MartletConformance", "TestSupport", "CTestSupport"]),
        .testTarget(name: "BenchmarkTests", dependencies: ["MartletBenchmark", "MartletCPU"]),
        .testTarget(name: "ComputeTests", dependencies: ["MartletCompute", "MartletConformance", "TestSupport", "CTestSupport"]),
        .testTarget(name: "SearchTests", dependencies: ["MartletSearch", "MartletFormats", "TestSupport"]),
        .testTarget(name: "CInterfaceTests", dependencies: ["MartletFormats", "MartletOps", "TestSupport"]),
        .testTarget(name: "DocumentationTests", dependencies: ["Martlet", "MartletConformance", "TestSupport"]),
        .testTarget(name: "CommandTests", dependencies: ["MartletFormats", "MartletCommand", "TestSupport"]),
    ],
    cLanguageStandard: .c2x
)
