import MartletBackend
import MartletOps

extension ImageBatch: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let (table, indices) = (launch.operands[0], launch.operands[1])
        let settings = settings(table.type.shape)
        // A row of pixels shares what is drawn for its image; a GPU would rather have a pixel to a work-item.
        let span = builder.deviceClass == .cpu ? Int(settings.width) : 1
        let pixels = Int(settings.height) * Int(settings.width) * indices.type.elementCount
        builder.launch(
            KernelSource("image_batch.cl"), Self.name,
            [
                .memory(builder.memory(table)), .word(table.type.shape[0]), .memory(builder.memory(indices)),
                .word(indices.type.elementCount), .table(withUnsafeBytes(of: settings) { Array($0.bindMemory(to: UInt32.self)) }),
                .table(statistics.map(\.bitPattern)), .memory(builder.memory(launch.results[0])), .word(span), .step,
            ], items: pixels / span)
    }
}
