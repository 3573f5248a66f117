import MartletOps

/// In descriptions one number stands for both axes: `"kernelSize": 3`, or `[3, 5]` for rows and columns.
extension Size2D: FieldValue {
    public static var form: String { "a whole number, or [rows, columns]" }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let side = try? container.decode(Int.self) {
            self.init(side, side)
            return
        }
        let sides = try container.decode([Int].self)
        guard sides.count == 2 else { throw DecodingError.dataCorruptedError(in: container, debugDescription: Self.form) }
        self.init(sides[0], sides[1])
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if height == width { try container.encode(height) } else { try container.encode([height, width]) }
    }
}

extension Padding2D: FieldValue {
    public static var form: String { "\"valid\", \"same\", a whole number, [rows, columns], or [top, bottom, left, right]" }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let name = try? container.decode(String.self) {
            guard let named = ["valid": Padding2D.valid, "same": .same][name] else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: Self.form)
            }
            self = named
        } else if let sides = try? container.decode([Int].self), sides.count == 4 {
            self = .sides(top: sides[0], bottom: sides[1], left: sides[2], right: sides[3])
        } else {
            self = .symmetric(try container.decode(Size2D.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .valid: try container.encode("valid")
        case .same: try container.encode("same")
        case .sides(let top, let bottom, let left, let right):
            if top == bottom, left == right {
                try container.encode(Size2D(top, left))
            } else {
                try container.encode([top, bottom, left, right])
            }
        }
    }
}
