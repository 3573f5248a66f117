// swift-tools-version: 6.1
import PackageDescription

// Programs that use Martlet as anybody's program does: by its products. Nested, so that whoever only uses Martlet downloads
// and builds nothing of this.
//
//     swift run -c release --package-path Examples PrincipalComponents t10k-images-idx3-ubyte.gz components.png
let package = Package(
    name: "martlet-examples",
    dependencies: [.package(name: "martlet", path: "..")],
    targets: [
        .executableTarget(
            name: "PrincipalComponents",
            dependencies: [
                .product(name: "MartletCompute", package: "martlet"), .product(name: "MartletFormats", package: "martlet"),
            ],
            path: "PrincipalComponents"),
        .executableTarget(
            name: "ResidualNetwork", dependencies: [.product(name: "Martlet", package: "martlet")], path: "ResidualNetwork"),
        .executableTarget(
            name: "PredictionServer", dependencies: [.product(name: "Martlet", package: "martlet")], path: "PredictionServer"),
        .testTarget(
            name: "ExampleTests",
            dependencies: [
                "PrincipalComponents", "ResidualNetwork", "PredictionServer", .product(name: "Martlet", package: "martlet"),
            ],
            path: "Tests"),
    ]
)
