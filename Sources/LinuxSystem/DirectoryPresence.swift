internal import Glibc

/// Says on this machine that a process uses a directory, and learns who has said so of the same one before.
///
/// It is a name in no file system, which has the directory's numbers in it and goes with the process: nothing is written to
/// the directory or locked, and it can still be unmounted. In other namespaces of the network or of processes nobody is seen.
package final class DirectoryPresence: Sendable {
    private static let list = "/proc/self/net/unix"
    private static let longestList = 16 << 20

    private let descriptor: OwnedFileDescriptor
    /// The numbers of the processes that were there before; this one is among them if it was.
    package let others: [Int32]

    /// Says so of the directory with these numbers.
    package init(device: UInt64, inode: UInt64) throws(SystemCallError) {
        let place = "@plugin-host/\(device):\(inode)/"
        let number = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw .last("socket") }
        descriptor = OwnedFileDescriptor(adopting: number)
        let own = try Self.bind(number, place)
        let names = try OwnedFileDescriptor.open(Self.list, flags: O_RDONLY).readToEnd(limit: Self.longestList)
        let found = names.split(separator: UInt8(ascii: "\n")).compactMap { line -> Int32? in
            let name = line.split(separator: UInt8(ascii: " ")).last.map { String(decoding: $0, as: UTF8.self) } ?? ""
            guard name.hasPrefix(place), name != own else { return nil }
            return Int32(name.dropFirst(place.count).prefix { $0 != "/" })
        }
        // A child that is about to become another program keeps the names of one that was killed until then.
        others = Set(found).filter { !ProcessFacts.hasEnded($0) }.sorted()
    }

    /// Takes a name with this process in it that nobody has, and gives it back.
    private static func bind(_ number: CInt, _ place: String) throws(SystemCallError) -> String {
        var count = 0
        while true {
            let name = "\(place)\(getpid())/\(count)"
            do throws(SystemCallError) {
                try unsafe UnixSocket.withAddress(name, isAbstract: true) { (address, size) throws(SystemCallError) in
                    guard unsafe Glibc.bind(number, address, size) == 0 else { throw .last("bind") }
                }
                return name
            } catch {
                // Another host of this process, or one with this number elsewhere.
                guard error.code == EADDRINUSE, count < 1000 else { throw error }
                count += 1
            }
        }
    }
}
