internal import Glibc
internal import LinuxSystem
internal import Synchronization

/// The directory with the private copies that are mapped.
///
/// Each copy has a name and an inode of its own and is never written to again: overwriting a mapped file kills whoever has
/// it mapped, and the dynamic linker takes a known name or inode for the old image. A copy stays while it is mapped, so
/// that a debugger finds it.
struct ImageStore: Sendable {
    let directory: String
    let calls: HostCalls
    private let mappings: MappingBudget
    private static let serial = Atomic<UInt64>(0)

    /// Makes the directory, which belongs to one host, and clears what an earlier one left.
    init(directory: String, calls: HostCalls = .live) throws(PluginError) {
        self.directory = directory
        self.calls = calls
        mappings = MappingBudget(calls.mappings)
        let allowsCode: Bool
        do throws(SystemCallError) {
            try Directory.make(directory, mode: 0o700)
            try Self.clear(directory)
            allowsCode = try FileSystemKind.allowsCode(directory: directory)
        } catch {
            throw PluginError(
                code: .storage,
                message:
                    "the directory \(directory) for loaded images can't be used: \(error); make it writable or configure "
                    + "imageDirectory"
            )
        }
        guard allowsCode else {
            throw PluginError(
                code: .storage,
                message:
                    "the directory \(directory) for loaded images is on a file system that is mounted with noexec, from which "
                    + "no code can be loaded; configure an imageDirectory elsewhere"
            )
        }
    }

    /// Refuses an image for whose mappings this process has no room any more.
    func spendMappings(on image: InspectedImage) throws(PluginError) {
        try mappings.spend(on: image.path)
    }

    /// Writes the bytes to a file that nobody else can write and that never existed before.
    func store(_ image: InspectedImage) throws(PluginError) -> String {
        let path = newPath(for: image.path)
        do throws(SystemCallError) {
            let file = try restarting { () throws(SystemCallError) in
                try calls.files.open(path, O_WRONLY | O_CREAT | O_EXCL, 0o500)
            }
            do throws(SystemCallError) {
                try calls.files.write(all: image.bytes, to: file)
            } catch {
                remove(path)
                throw error
            }
        } catch {
            throw PluginError(
                code: .storage,
                message:
                    "\(image.path): no private copy could be written to \(path): \(error); free space there or configure "
                    + "imageDirectory"
            )
        }
        return path
    }

    /// Gives a copy another name, which is removed by itself: for another process, in which its inode is no known one.
    func link(_ copy: String, of source: String) throws(PluginError) -> String {
        let path = newPath(for: source)
        guard unsafe Glibc.link(copy, path) == 0 else {
            let error = SystemCallError.last("link")
            throw PluginError(code: .storage, message: "the copy \(copy) that ran can't be used once more: \(error)")
        }
        return path
    }

    /// A name that no copy has ever had.
    private func newPath(for source: String) -> String {
        let serial = Self.serial.wrappingAdd(1, ordering: .relaxed).newValue
        let stem = source.lastName.split(separator: ".").first.map(String.init) ?? "plugin"
        return "\(directory)/\(stem).\(serial)-\(getpid()).so"
    }

    /// Removes all copies, when the host ends.
    func removeAll() {
        try? Self.clear(directory)
    }

    private static func clear(_ directory: String) throws(SystemCallError) {
        for name in try Directory.names(directory) where name.hasSuffix(".so") {
            unsafe unlink(directory + "/" + name)
        }
    }

    /// Removes a copy that is not mapped.
    func remove(_ path: String) {
        unsafe unlink(path)
    }
}
