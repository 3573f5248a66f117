import MartletConformance
import MartletOpenCL
import MartletOps
import Testing

/// A convolution and its gradients have the same bits in tiles of every size that the device accepts.
@Suite(withDevice) struct ConvolutionTileTests {
    private static let sizes = DeviceClass.allCases.flatMap { kind in ConvolutionTile.sizes(kind).map { (kind, $0) } }
    /// Every shape, without epilogues.
    private static let samples = (Conv2D.samples + Conv2DInputGradient.samples + Conv2DWeightGradient.samples)
        .filter { $0.operands.count == 2 }
    private static let usual = Result { try OpenCLDevice(#require(testDevice), deviceClass: .cpu) }

    @Test(arguments: sizes) func bitsDoNotDependOnTheTile(deviceClass: DeviceClass, size: ConvolutionTile) throws {
        let device = try OpenCLDevice(#require(testDevice), deviceClass: deviceClass, convolutionTile: size)
        let usual = try Self.usual.get()
        for sample in Self.samples {
            if let found = try sample.checkParity(usual, device) { Issue.record("\(deviceClass.rawValue) \(size): \(found)") }
        }
    }
}
