internal import CLinux
internal import Glibc

/// A file in memory, without a name, that is lent to a child process in place of a path.
///
/// What a child is to look at are bytes that were read once: a path could show it others.
package final class AnonymousFile: Sendable {
    private let descriptor: OwnedFileDescriptor

    /// Makes a file that holds the bytes, to be read from their beginning.
    package init(_ bytes: [UInt8]) throws(SystemCallError) {
        let number = unsafe clinux_anonymous_file("plugin-host")
        guard number >= 0 else { throw .last("memfd_create") }
        let low = OwnedFileDescriptor(adopting: number)
        try low.write(bytes)
        guard lseek(number, 0, SEEK_SET) == 0 else { throw .last("lseek") }
        descriptor = try low.raised()
    }

    var number: CInt { descriptor.number }
}
