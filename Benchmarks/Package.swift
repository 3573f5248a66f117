// swift-tools-version: 6.1
import PackageDescription

/// An executable in `Benchmarks` that the command plugin finds.
func benchmarks(_ name: String) -> Target {
    .executableTarget(
        name: name,
        dependencies: [
            "Counting", .product(name: "Martlet", package: "martlet"), .product(name: "MartletCompute", package: "martlet"),
            .product(name: "Benchmark", package: "benchmark"),
        ],
        path: "Benchmarks/\(name)", plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
}

// Nested, so that whoever only uses Martlet downloads nothing of this.
let package = Package(
    name: "martlet-benchmarks",
    dependencies: [
        .package(name: "martlet", path: ".."),
        // Without its interposers, which are packages of their own; `AllocationCount` counts instead.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.0", traits: []),
    ],
    targets: [
        .target(name: "AllocationCount", path: "Benchmarks/AllocationCount"),
        .target(
            name: "Counting",
            dependencies: [
                "AllocationCount", .product(name: "Martlet", package: "martlet"), .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Benchmarks/Counting"),
        benchmarks("TrainingStep"),
        benchmarks("TensorOperations"),
    ]
)
