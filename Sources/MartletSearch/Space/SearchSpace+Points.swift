import MartletFormats
import MartletOps

/// Assignments as points of the unit cube, one coordinate a parameter, and as what a surrogate model reads.
extension SearchSpace {
    /// The values at a point, each coordinate at least 0 and below 1.
    func assignment(at point: [Double]) -> Assignment {
        var values: [JSONValue?] = []
        for (parameter, share) in zip(parameters, point) {
            let isThere = parameter.conditions.allSatisfy { condition in values[condition.parameter].map(condition.values.contains) ?? false }
            values.append(isThere ? parameter.domain.value(at: share) : nil)
        }
        return zip(parameters, values).compactMap { parameter, value in value.map { .init(parameter.name, $0) } }
    }

    /// The point of an assignment; 1/2 for what is not there.
    func point(of assignment: Assignment) -> [Double] {
        parameters.map { parameter in assignment[parameter.name].map(parameter.domain.share) ?? 0.5 }
    }

    /// An assignment as numbers, one a parameter: the share of a range, the place of a choice, -1 for what is not there.
    func coded(_ assignment: Assignment) -> [Double] {
        parameters.map { parameter in
            guard let value = assignment[parameter.name] else { return -1 }
            if case .choice(let choices) = parameter.domain { return Double(choices.firstIndex(of: value) ?? 0) }
            return parameter.domain.share(of: value)
        }
    }

    /// Of every parameter, how coded values are compared.
    var isChoice: [Bool] { parameters.map { if case .choice = $0.domain { true } else { false } } }
}

/// The squared distance of two coded values: of ranges that of the shares, of choices 1 where they differ. What is there in
/// one alone is half a side away; what is in neither is no distance.
func squaredDistance(_ a: Double, _ b: Double, isChoice: Bool) -> Double {
    if a < 0 || b < 0 { return a < 0 && b < 0 ? 0 : 0.25 }
    if isChoice { return a == b ? 0 : 1 }
    return (a - b) * (a - b)
}

extension SearchSpace.Domain {
    /// The value at a share of the range.
    func value(at share: Double) -> JSONValue {
        switch self {
        case .uniform(let low, let high): .number(rounded(low + share * (high - low), within: low...high))
        case .logUniform(let low, let high): .number(rounded(low * exponential(share * logarithm(high / low)), within: low...high))
        case .integers(let low, let high, let isLog):
            if isLog {
                // Whole numbers have the share of the interval up to the next one.
                .integer(min(high, Int(Double(low) * exponential(share * logarithm(Double(high + 1) / Double(low))))))
            } else {
                .integer(min(high, low + Int(share * Double(high - low + 1))))
            }
        case .choice(let choices): choices[min(choices.count - 1, Int(share * Double(choices.count)))]
        }
    }

    /// The middle of the shares that give a value.
    public func share(of value: JSONValue) -> Double {
        switch self {
        case .uniform(let low, let high): ((value.double ?? low) - low) / (high - low)
        case .logUniform(let low, let high): logarithm((value.double ?? low) / low) / logarithm(high / low)
        case .integers(let low, let high, let isLog):
            isLog
                ? logarithm((Double(value.int ?? low) + 0.5) / Double(low)) / logarithm(Double(high + 1) / Double(low))
                : (Double((value.int ?? low) - low) + 0.5) / Double(high - low + 1)
        case .choice(let choices): (Double(choices.firstIndex(of: value) ?? 0) + 0.5) / Double(choices.count)
        }
    }
}

/// Six significant digits: what a person would type, and no worse a guess.
private func rounded(_ value: Double, within range: ClosedRange<Double>) -> Double {
    guard value != 0, value.isFinite else { return value }
    var (mantissa, power) = (value.magnitude, 0)
    while mantissa >= 1e6 { (mantissa, power) = (mantissa / 10, power + 1) }
    while mantissa < 1e5 { (mantissa, power) = (mantissa * 10, power - 1) }
    let text = "\(value < 0 ? "-" : "")\(Int(mantissa.rounded()))e\(power)"
    return min(max(Double(text) ?? value, range.lowerBound), range.upperBound)
}
