import Glibc
import LinuxSystem
import Testing

@Suite("The kind of a file system")
struct FileSystemKindTests {
    @Test("tells from where code may be mapped, for each mount of this machine")
    func noexec() throws {
        let mounts = try String(
            decoding: OwnedFileDescriptor.open("/proc/self/mounts", flags: O_RDONLY).readToEnd(),
            as: UTF8.self
        )
        var options: [String: Bool] = [:]
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            // A later mount hides an earlier one; names with an escape in them are left out.
            if fields.count > 3, !fields[1].contains("\\") {
                options[String(fields[1])] = fields[3].split(separator: ",").contains("noexec")
            }
        }
        #expect(options["/"] == false)
        for (directory, isNoexec) in options {
            guard let allowsCode = try? FileSystemKind.allowsCode(directory: directory) else { continue }
            #expect(allowsCode == !isNoexec, "\(directory)")
        }
    }

    @Test("names the call when there is no directory")
    func missing() {
        #expect(throws: SystemCallError(call: "statvfs", code: ENOENT)) {
            try FileSystemKind.allowsCode(directory: "/none/such")
        }
    }
}
