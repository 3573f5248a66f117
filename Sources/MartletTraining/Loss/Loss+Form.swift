import MartletCore

extension Loss {
    /// In an array, the losses that a decoder may meet beside Martlet's.
    static let lossesKey = CodingUserInfoKey(rawValue: "martlet.losses")!

    /// One of Martlet's losses, or one of the program's own; in files the name, or the name and the settings.
    enum Form: Hashable, Sendable, Codable {
        case known(Kind)
        case custom(any CustomLoss)

        private enum Field: String, CodingKey { case name, settings }

        init(from decoder: any Decoder) throws {
            if let kind = try? decoder.singleValueContainer().decode(Kind.self) {
                self = .known(kind)
                return
            }
            let container = try decoder.container(keyedBy: Field.self)
            let name = try container.decode(String.self, forKey: .name)
            let known = decoder.userInfo[Loss.lossesKey] as? [any CustomLoss.Type] ?? []
            let losses = Dictionary(known.map { ($0.name, $0) }) { first, _ in first }
            guard let loss = losses[name] else {
                throw DecodingError.dataCorruptedError(
                    forKey: .name, in: container,
                    debugDescription: unknownName("loss", name, known: losses.keys.sorted() + Loss.names)
                        + ". A loss of a program's own is read with a registry that has it")
            }
            self = .custom(try container.decode(loss, forKey: .settings))
        }

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .known(let kind):
                var container = encoder.singleValueContainer()
                try container.encode(kind)
            case .custom(let loss):
                var container = encoder.container(keyedBy: Field.self)
                try container.encode(type(of: loss).name, forKey: .name)
                try container.encode(loss, forKey: .settings)
            }
        }

        private var identity: AnyHashable {
            func erased(_ loss: some CustomLoss) -> AnyHashable { AnyHashable(loss) }
            return switch self {
            case .known(let kind): AnyHashable(kind)
            case .custom(let loss): erased(loss)
            }
        }
        static func == (a: Form, b: Form) -> Bool { a.identity == b.identity }
        func hash(into hasher: inout Hasher) { hasher.combine(identity) }
    }
}
