import Glibc
import LinuxSystem
import PluginConformance
import Testing

@Suite("A place for one check")
struct TemporaryPlaceTests {
    private func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    @Test("is gone with all that is in it when it is removed")
    func removes() throws {
        let place = try TemporaryPlace()
        try Directory.make("\(place.path)/state/plugins")
        _ = try OwnedFileDescriptor.open("\(place.path)/state/lock", flags: O_WRONLY | O_CREAT)
        #expect(exists("\(place.path)/state/lock"))
        place.remove()
        #expect(!exists(place.path))
    }

    @Test("is swept away later if its process was ended, and not before")
    func sweeps() throws {
        let above = try TemporaryPlace()
        defer { above.remove() }
        let left = "\(above.path)/plugin-host-check-2147483646-abcdef"
        let used = "\(above.path)/plugin-host-check-\(getpid())-abcdef"
        let other = "\(above.path)/plugin-host-tests"
        for path in [left, used, other] { try Directory.make(path) }
        TemporaryPlace.sweep(above.path, changedBefore: 0)
        #expect(exists(left))
        TemporaryPlace.sweep(above.path, changedBefore: .max)
        #expect(!exists(left) && exists(used) && exists(other))
    }
}
