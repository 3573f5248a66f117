/// A text without the white space at both ends.
package func trimmed(_ text: some StringProtocol) -> String {
    let tail = text.drop { $0.isWhitespace }
    guard let last = tail.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(tail[...last])
}
