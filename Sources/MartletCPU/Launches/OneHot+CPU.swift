import MartletBackend
import MartletOps

extension OneHot: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) {
        let (labels, out) = (builder.integers(launch.operands[0]), builder.floats(launch.results[0]))
        let (rows, classes, ignored) = (launch.operands[0].type.elementCount, classes, ignored)
        builder.add {
            for row in 0..<rows {
                let (label, start) = (labels[row], out + row * classes)
                let isKnown = label >= 0 && Int(label) < classes
                start.update(repeating: isKnown || label == ignored ? 0 : .nan, count: classes)
                if isKnown, label != ignored { start[Int(label)] = 1 }
            }
        }
    }
}
