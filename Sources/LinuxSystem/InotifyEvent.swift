internal import Glibc

/// One thing that the kernel says has happened in a watched directory.
package struct InotifyEvent: Hashable, Sendable {
    /// What can happen, and how a watch is added.
    package struct Mask: OptionSet, Hashable, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }

        package static let modified = Mask(rawValue: 0x0000_0002)
        package static let attributes = Mask(rawValue: 0x0000_0004)
        package static let closedAfterWriting = Mask(rawValue: 0x0000_0008)
        package static let movedFrom = Mask(rawValue: 0x0000_0040)
        package static let movedTo = Mask(rawValue: 0x0000_0080)
        package static let created = Mask(rawValue: 0x0000_0100)
        package static let deleted = Mask(rawValue: 0x0000_0200)
        /// The watched directory itself was deleted.
        package static let selfDeleted = Mask(rawValue: 0x0000_0400)
        /// The watched directory itself was renamed; the watch goes with it.
        package static let selfMoved = Mask(rawValue: 0x0000_0800)
        package static let unmounted = Mask(rawValue: 0x0000_2000)
        /// Events were lost; such an event belongs to no watch.
        package static let overflow = Mask(rawValue: 0x0000_4000)
        /// The watch has ended; its number may come back for another one.
        package static let ignored = Mask(rawValue: 0x0000_8000)
        /// Add only if it is a directory.
        package static let onlyDirectory = Mask(rawValue: 0x0100_0000)
        /// Don't report files that are open but have no name any more.
        package static let excludeUnlinked = Mask(rawValue: 0x0400_0000)
        /// End the watch with its first event.
        package static let once = Mask(rawValue: 0x8000_0000)
        /// The event is about a directory.
        package static let isDirectory = Mask(rawValue: 0x4000_0000)

        /// The watched directory is not where it was any more.
        package static let gone: Mask = [.selfDeleted, .selfMoved, .unmounted, .ignored]
        /// A name of the directory has come, gone, or is something else now.
        package static let entries: Mask = [.created, .deleted, .movedFrom, .movedTo]
    }

    /// The watch that the event belongs to, or -1.
    package let watch: CInt
    package let mask: Mask
    /// The same for the two events of one rename.
    package let cookie: UInt32
    /// The entry's name in the directory; empty for events about the directory itself.
    package let name: String

    package init(watch: CInt, mask: Mask, cookie: UInt32 = 0, name: String = "") {
        self.watch = watch
        self.mask = mask
        self.cookie = cookie
        self.name = name
    }

    /// Takes the bytes of one `read` apart; an event that is cut off ends the list.
    package static func parse(_ bytes: ArraySlice<UInt8>, _ body: (InotifyEvent) -> Void) {
        var rest = bytes
        while rest.count >= 16 {
            let watch = rest.takeWord()
            let mask = rest.takeWord()
            let cookie = rest.takeWord()
            let length = Int(rest.takeWord())
            guard length <= rest.count else { return }
            // The name is filled up with zeros.
            let name = rest.prefix(length).prefix { $0 != 0 }
            rest = rest.dropFirst(length)
            body(
                InotifyEvent(
                    watch: CInt(bitPattern: watch),
                    mask: Mask(rawValue: mask),
                    cookie: cookie,
                    name: String(decoding: name, as: UTF8.self)
                )
            )
        }
    }
}

extension ArraySlice<UInt8> {
    /// Takes four bytes off the front, which must be there: a number of a little-endian machine.
    fileprivate mutating func takeWord() -> UInt32 {
        var word: UInt32 = 0
        for (index, byte) in prefix(4).enumerated() { word |= UInt32(byte) << (8 * UInt32(index)) }
        self = dropFirst(4)
        return word
    }
}
