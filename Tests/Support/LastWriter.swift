internal import Glibc
internal import LinuxSystem

/// Waits until nobody has a file open for writing that this process has written and closed.
///
/// A child that another test starts has copies of all descriptors from its birth until it is its program. Meanwhile nobody
/// can start such a file, no host takes it for finished, and its end is not told to who watches it.
package func awaitLastWriter(of path: String) {
    while let file = try? OwnedFileDescriptor.open(path, flags: O_RDONLY | O_NONBLOCK), file.hasWriter() == true {
        usleep(1000)
    }
}
