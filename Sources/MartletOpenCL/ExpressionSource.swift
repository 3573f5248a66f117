import MartletCore
import MartletOps

/// An expression as the text of `OpenCL/expression.h`, for a result seen as a matrix of rows x columns.
///
/// Operands are read by the simplest index that fits: all of the matrix, a row repeated, a column repeated, one value;
/// else by the flat index, through extents and strides that are written into the text.
struct ExpressionSource {
    let text: String
    /// The operands that the kernel reads from memory, in the order of its parameters.
    let reads: [Int]
    /// Whether it calls no functions of the user's.
    let isOwn: Bool

    /// - Parameters:
    ///   - operands: the shape of each; nil for what the kernel itself computes.
    ///   - whole: what they broadcast to.
    ///   - split: the first of the axes that make the columns.
    init(_ expression: Expression, _ operands: [Shape?], whole: Shape, split: Int) {
        var lines: [String] = []
        var parameters: [(number: Int, gather: String?)] = []
        for (place, instruction) in expression.instructions.enumerated() {
            let value: String
            switch instruction {
            case .operand(let number):
                if let shape = operands[number] {
                    let access = OperandAccess(shape, whole: whole, split: split)
                    value = access.load("operand\(number) + offset\(number)", gather: "martlet_gather\(number)")
                    if !parameters.contains(where: { $0.number == number }) {
                        parameters.append((number, access.gather(named: "martlet_gather\(number)")))
                    }
                } else {
                    value = "value"
                }
            case .constant(let constant):
                value = "(martlet_real)(as_float(\(hexadecimal(constant.bitPattern))))"
            case .uniform(let stream):
                value = "martlet_uniform_lanes(place.index, step, \(hexadecimal(stream)))"
            case .normal(let stream):
                value = "martlet_normal_lanes(place.index, step, \(hexadecimal(stream)))"
            case .dropout(let stream, let threshold, let scale):
                value = "martlet_dropout_lanes(place.index, step, \(hexadecimal(stream)), \(hexadecimal(threshold)), "
                    + "as_float(\(hexadecimal(scale.bitPattern))))"
            case .apply(let function, let arguments):
                value = "martlet_\(function.name)(\(arguments.map { "t\($0)" }.joined(separator: ", ")))"
            }
            lines.append("    const martlet_real t\(place) = \(value);")
        }
        parameters.sort { $0.number < $1.number }
        reads = parameters.map(\.number)
        isOwn = expression.customSources.isEmpty
        text = """
            // \(expression)
            #include "OpenCL/lanes.h"
            #include "OpenCL/place.h"
            #include "Shared/pointwise.h"
            #include "Shared/step.h"
            \(expression.isRandom ? "#include \"OpenCL/random_lanes.h\"\n" : "")
            \(expression.customSources.joined(separator: "\n"))
            #define MARTLET_EXPRESSION_PARAMETERS \
            \(reads.map { ", const __global float *operand\($0), uint offset\($0)" }.joined())
            #define MARTLET_EXPRESSION_ARGUMENTS \(reads.map { ", operand\($0), offset\($0)" }.joined())

            \(parameters.compactMap(\.gather).joined(separator: "\n"))
            MARTLET_FUNCTION martlet_real martlet_expression(
                martlet_real value, martlet_place place, const __global martlet_step *step MARTLET_EXPRESSION_PARAMETERS) {
            \(lines.joined(separator: "\n"))
                return t\(expression.instructions.count - 1);
            }

            """
    }
}

/// How an operand is read that is broadcast to a matrix.
enum OperandAccess: Hashable {
    case all, repeatedRow, repeatedColumn, single
    case gathered(Broadcast)

    init(_ operand: Shape, whole: Shape, split: Int) {
        let missing = whole.rank - operand.rank
        let (strides, dense) = (operand.strides, whole.strides)
        // An empty shape has no element to place.
        let columns = max(1, whole.extents[split...].reduce(1, *))
        // Axes along which the whole does not extend can be read any way.
        let axes = whole.extents.indices.filter { whole[$0] != 1 }
        func stride(_ axis: Int) -> Int { axis < missing || operand[axis - missing] == 1 ? 0 : strides[axis - missing] }

        if axes.allSatisfy({ stride($0) == 0 }) {
            self = .single
        } else if axes.allSatisfy({ stride($0) == dense[$0] }) {
            self = .all
        } else if axes.allSatisfy({ stride($0) == ($0 < split ? 0 : dense[$0]) }) {
            self = .repeatedRow
        } else if axes.allSatisfy({ stride($0) == ($0 < split ? dense[$0] / columns : 0) }) {
            self = .repeatedColumn
        } else {
            self = .gathered(Broadcast([operand], to: whole))
        }
    }

    func load(_ pointer: String, gather: String) -> String {
        switch self {
        case .all: "martlet_load(\(pointer) + place.index, place.lanes)"
        case .repeatedRow: "martlet_load(\(pointer) + place.column, place.lanes)"
        case .repeatedColumn: "(martlet_real)((\(pointer))[place.row])"
        case .single: "(martlet_real)((\(pointer))[0])"
        case .gathered: "\(gather)(\(pointer), place)"
        }
    }

    /// The function that reads lane by lane, where that is needed.
    func gather(named name: String) -> String? {
        guard case .gathered(let broadcast) = self else { return nil }
        var terms: [String] = []
        var below = 1
        for (extent, stride) in zip(broadcast.extents, broadcast.strides[0]).reversed() {
            if stride != 0 { terms.append("index / \(below)u % \(extent)u * \(stride)u") }
            below *= extent
        }
        return """
            MARTLET_FUNCTION martlet_real \(name)(const __global float *source, martlet_place place) {
                float values[MARTLET_WIDTH] = {0.0f};
                for (uint lane = 0u; lane < place.lanes; ++lane) {
                    uint index = place.index + lane;
                    values[lane] = source[\(terms.joined(separator: " + "))];
                }
                return martlet_gathered(values);
            }

            """
    }
}

private func hexadecimal(_ word: UInt32) -> String { "0x\(String(word, radix: 16))u" }

extension Expression {
    /// The texts of the user's own functions, each once.
    fileprivate var customSources: [String] {
        var sources: [String] = []
        for case .apply(let function, _) in instructions {
            if let source = function.code?.source, !sources.contains(source) { sources.append(source) }
        }
        return sources
    }
}
