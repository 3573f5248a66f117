import MartletCore
import MartletDigits
import MartletFormats

extension DataSet {
    /// The digits set that is part of this library: 8 x 8 pixels of 0 ... 16, 1437 images for training and 360 for test
    /// (E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, UCI, 1998, doi 10.24432/C50P49, CC BY 4.0).
    public static func digits() -> (train: DataSet, test: DataSet) {
        let pixelCount = Int(MARTLET_DIGITS_PIXELS)
        let records = (0..<Int(MARTLET_DIGITS_COUNT)).map {
            UnsafeBufferPointer(
                start: martlet_digits() + $0 * Int(MARTLET_DIGITS_RECORD), count: Int(MARTLET_DIGITS_RECORD))
        }
        func part(_ number: UInt8) -> DataSet {
            let chosen = records.filter { $0[pixelCount + 1] == number }
            let labels = chosen.map { Int32($0[pixelCount]) }
            return DataSet(
                unchecked: "digits", HostArray([chosen.count, 1, 8, 8], chosen.flatMap { $0[..<pixelCount] }), 16, nil,
                .classes(labels: HostArray([chosen.count], labels), names: (0...9).map(String.init)))
        }
        return (part(0), part(1))
    }
}
