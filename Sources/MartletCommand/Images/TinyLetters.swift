/// Letters of 3 x 5 dots for the names of classes under small images. Each row of a letter is an octal digit, from the
/// top; small letters look like capitals, and what is missing here is an empty box.
enum TinyLetters {
    static let width = 3
    static let height = 5

    private static let rows: [Character: [UInt8]] = [
        "A": [2, 5, 7, 5, 5], "B": [6, 5, 6, 5, 6], "C": [3, 4, 4, 4, 3], "D": [6, 5, 5, 5, 6], "E": [7, 4, 6, 4, 7],
        "F": [7, 4, 6, 4, 4], "G": [3, 4, 5, 5, 3], "H": [5, 5, 7, 5, 5], "I": [7, 2, 2, 2, 7], "J": [1, 1, 1, 5, 2],
        "K": [5, 5, 6, 5, 5], "L": [4, 4, 4, 4, 7], "M": [5, 7, 7, 5, 5], "N": [6, 5, 5, 5, 5], "O": [2, 5, 5, 5, 2],
        "P": [6, 5, 6, 4, 4], "Q": [2, 5, 5, 6, 3], "R": [6, 5, 6, 5, 5], "S": [3, 4, 2, 1, 6], "T": [7, 2, 2, 2, 2],
        "U": [5, 5, 5, 5, 7], "V": [5, 5, 5, 5, 2], "W": [5, 5, 7, 7, 5], "X": [5, 5, 2, 5, 5], "Y": [5, 5, 2, 2, 2],
        "Z": [7, 1, 2, 4, 7], "0": [7, 5, 5, 5, 7], "1": [2, 6, 2, 2, 7], "2": [6, 1, 2, 4, 7], "3": [6, 1, 2, 1, 6],
        "4": [5, 5, 7, 1, 1], "5": [7, 4, 6, 1, 6], "6": [3, 4, 7, 5, 7], "7": [7, 1, 1, 2, 2], "8": [7, 5, 7, 5, 7],
        "9": [7, 5, 7, 1, 6], " ": [0, 0, 0, 0, 0], "-": [0, 0, 7, 0, 0], "_": [0, 0, 0, 0, 7], ".": [0, 0, 0, 0, 2],
        ",": [0, 0, 0, 2, 4], ":": [0, 2, 0, 2, 0], "/": [1, 1, 2, 4, 4], "+": [0, 2, 7, 2, 0], "(": [1, 2, 2, 2, 1],
        ")": [4, 2, 2, 2, 4], "'": [2, 2, 0, 0, 0], "&": [2, 5, 2, 5, 3], "…": [0, 0, 0, 0, 5],
    ]

    /// Whether the dot of a letter is set.
    static func isSet(_ letter: Character, row: Int, column: Int) -> Bool {
        let box: [UInt8] = [7, 5, 5, 5, 7]
        let dots = rows[letter] ?? rows[letter.uppercased().first ?? letter] ?? box
        return dots[row] & (4 >> UInt8(column)) != 0
    }
}
