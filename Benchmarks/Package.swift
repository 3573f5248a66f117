// swift-tools-version: 6.1
import PackageDescription

// Nested, so that whoever only uses Martlet downloads nothing of this.
let package = Package(
    name: "martlet-benchmarks",
    dependencies: [
        .package(name: "martlet", path: ".."),
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.0", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "TrainingStep",
            dependencies: [
                .product(name: "Martlet", package: "martlet"), .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Benchmarks/TrainingStep", plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
    ]
)
