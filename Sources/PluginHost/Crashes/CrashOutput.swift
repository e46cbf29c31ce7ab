/// What a process has printed last, and all of the backtrace if it crashes; never more than a bound.
///
/// A backtrace is kept from its beginning on, where the frame is that failed; anything else is kept from its end.
package struct CrashOutput: Hashable, Sendable {
    private static let mark = Array("*** Signal ".utf8)
    private static let mostBefore = 64 << 10
    private static let mostTrace = 256 << 10

    private var before: [UInt8] = []
    private var trace: [UInt8] = []
    private var hasBegun = false

    package init() {}

    /// Whether what is printed now belongs to a backtrace.
    package var isInTrace: Bool { hasBegun }

    /// Everything that is kept.
    package var bytes: [UInt8] { before + trace }

    /// Takes what was printed, and tells how many bytes of it come before a backtrace.
    ///
    /// A process that has not crashed may print a line like that in which a backtrace begins; it is asked for.
    @discardableResult
    package mutating func append(_ bytes: some Collection<UInt8>, hasCrashed: () -> Bool = { true }) -> Int {
        guard !hasBegun else {
            trace += bytes.prefix(Self.mostTrace - trace.count)
            return 0
        }
        var outside = bytes.count
        // The mark may have come in two parts.
        let searched = max(0, before.count - Self.mark.count)
        before += bytes
        if let start = Self.start(in: before[searched...]), hasCrashed() {
            outside = max(0, start - (before.count - bytes.count))
            trace = Array(before[start...].prefix(Self.mostTrace))
            before.removeSubrange(start...)
            hasBegun = true
        }
        if before.count > 2 * Self.mostBefore || hasBegun { before = before.suffix(Self.mostBefore) }
        return outside
    }

    /// Where a line begins with the mark.
    private static func start(in bytes: ArraySlice<UInt8>) -> Int? {
        var rest = bytes
        while let found = rest.firstRange(of: mark) {
            if found.lowerBound == 0
                || bytes.startIndex < found.lowerBound && bytes[found.lowerBound - 1] == UInt8(ascii: "\n")
            {
                return found.lowerBound
            }
            rest = rest[found.upperBound...]
        }
        return nil
    }
}
