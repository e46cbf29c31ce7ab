/// Numbers for people.
enum FigureText {
    /// A number with as many digits as say something, without a needless end.
    static func number(_ value: Double) -> String {
        let size = abs(value)
        let places = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3
        let scale = [1.0, 10, 100, 1000][places]
        let whole = Int((size * scale).rounded())
        let sign = value < 0 && whole > 0 ? "-" : ""
        let (head, tail) = whole.quotientAndRemainder(dividingBy: Int(scale))
        guard tail > 0 else { return "\(sign)\(head)" }
        var digits = String(tail)
        digits = String(repeating: "0", count: places - digits.count) + digits
        while digits.last == "0" { digits.removeLast() }
        return "\(sign)\(head).\(digits)"
    }
}
