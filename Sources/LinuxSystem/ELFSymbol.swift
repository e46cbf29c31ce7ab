/// An entry of a symbol table.
package struct ELFSymbol: Hashable, Sendable {
    /// How many bytes an entry has.
    package static let size: UInt64 = 24

    /// What a symbol stands for.
    package enum Kind: UInt8, Sendable {
        case untyped = 0
        case object = 1
        case function = 2
        case section = 3
        case file = 4
        case common = 5
        case threadLocal = 6
        /// A function that returns, at load time, the function that is meant.
        case indirectFunction = 10
    }

    /// `nil` for what no linker for Linux writes.
    package let kind: Kind?
    /// Whether other images can see it by its binding: it is global or weak.
    package let isGlobal: Bool
    /// Whether other images can see it by its visibility: it is default or protected.
    package let isVisible: Bool
    /// Whether this image has it, rather than wanting it from another.
    package let isDefined: Bool
    package let address: UInt64

    package init?(_ bytes: ELFBytes, at place: UInt64) {
        guard bytes.range(at: place, count: Self.size) != nil, let info = bytes.byte(at: place + 4),
            let other = bytes.byte(at: place + 5), let section = bytes.word16(at: place + 6),
            let value = bytes.word64(at: place + 8)
        else { return nil }
        kind = Kind(rawValue: info & 15)
        isGlobal = info >> 4 == 1 || info >> 4 == 2 || info >> 4 == 10
        isVisible = other & 3 == 0 || other & 3 == 3
        isDefined = section != 0
        address = value
    }

    /// Whether `dlsym` finds it.
    package var isExported: Bool { isDefined && isGlobal && isVisible }
}
