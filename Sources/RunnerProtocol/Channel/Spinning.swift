/// Whether it can help at all to wait awake.
enum Spinning {
    /// A number that no processor has: where the other side runs is not known yet.
    static let unknownProcessor = UInt32.max

    /// Says no if the other side could not run meanwhile: where there is one processor, or where it last ran on ours.
    @inline(__always)
    static func canHelp(own: UInt32, other: UInt32, usable: Int) -> Bool {
        usable > 1 && (own != other || own == unknownProcessor)
    }
}
