internal import CLinux
internal import Glibc

/// Both ends of a new pipe, neither of which children inherit.
struct Pipe: ~Copyable {
    var reading: OwnedFileDescriptor
    var writing: OwnedFileDescriptor

    init() throws(SystemCallError) {
        var ends: [CInt] = [-1, -1]
        guard unsafe clinux_pipe(&ends) == 0 else { throw .last("pipe2") }
        reading = OwnedFileDescriptor(adopting: ends[0])
        writing = OwnedFileDescriptor(adopting: ends[1])
    }
}
