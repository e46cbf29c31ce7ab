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
    private let spare = SpareCopy()
    private let hold: Hold?
    private static let serial = Atomic<UInt64>(0)

    /// A directory that no other host may use until this one has ended.
    private final class Hold: Sendable {
        private let lock: Mutex<DirectoryLock?>

        init(_ directory: String) throws(DirectoryLock.Failure) {
            lock = Mutex(try DirectoryLock(directory))
        }

        func end() {
            lock.withLock { $0 = nil }
        }
    }

    /// Makes the directory, which belongs to one host, and clears what an earlier one left.
    ///
    /// One that lies in a state directory belongs to whom that belongs; any other is locked, so that no host clears what
    /// another one uses.
    init(directory: String, isLocked: Bool = false, calls: HostCalls = .live) throws(PluginError) {
        self.directory = directory
        self.calls = calls
        mappings = MappingBudget(calls.mappings)
        do throws(SystemCallError) {
            try Directory.make(directory, mode: 0o700)
        } catch {
            throw Self.unusable(directory, error)
        }
        do throws(DirectoryLock.Failure) {
            hold = isLocked ? try Hold(directory) : nil
        } catch {
            switch error {
            case .held(let process):
                let holder = process.map { "process \($0)" } ?? "another process"
                throw PluginError(
                    code: .busy,
                    message:
                        "\(holder) is using the directory \(directory) for loaded images; each host needs one of its own: "
                        + "configure another imageDirectory"
                )
            case .system(let cause): throw Self.unusable(directory, cause)
            }
        }
        let allowsCode: Bool
        do throws(SystemCallError) {
            try Self.clear(directory)
            allowsCode = try FileSystemKind.allowsCode(directory: directory)
        } catch {
            throw Self.unusable(directory, error)
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

    private static func unusable(_ directory: String, _ cause: SystemCallError) -> PluginError {
        PluginError(
            code: .storage,
            message:
                "the directory \(directory) for loaded images can't be used: \(cause); make it writable or configure "
                + "imageDirectory"
        )
    }

    /// Refuses an image for whose mappings this process has no room any more.
    func spendMappings(on image: InspectedImage) throws(PluginError) {
        try mappings.spend(on: image.path)
    }

    /// Writes the bytes to a file that nobody else can write and that never existed before.
    func store(_ bytes: [UInt8], of source: String) throws(PluginError) -> String {
        let path = newPath(for: source)
        do throws(SystemCallError) {
            if let file = spare.take(as: path, for: bytes.count) {
                try calls.files.write(all: bytes, to: file)
            } else {
                try calls.files.write(all: bytes, to: try create(path))
            }
        } catch {
            remove(path)
            throw PluginError(
                code: .storage,
                message:
                    "\(source): no private copy could be written to \(path): \(error); free space there or configure "
                    + "imageDirectory"
            )
        }
        return path
    }

    private func create(_ path: String) throws(SystemCallError) -> OwnedFileDescriptor {
        try restarting { () throws(SystemCallError) in
            try calls.files.open(path, O_WRONLY | O_CREAT | O_EXCL, 0o500)
        }
    }

    /// Finds room for the next copy, so that it need not be found then.
    func makeSpare() {
        let path = newPath(for: "spare")
        spare.make(at: path) { () throws(SystemCallError) in try create(path) }
    }

    /// Gives a copy another name, which is removed by itself, for a process in which its inode is no known one; where the file
    /// system has one name for each file, it is copied.
    func store(copy: String, of source: String) throws(PluginError) -> String {
        let path = newPath(for: source)
        if unsafe link(copy, path) == 0 { return path }
        return try store(bytes(ofCopy: copy), of: source)
    }

    /// The bytes of a copy.
    func bytes(ofCopy path: String) throws(PluginError) -> [UInt8] {
        do throws(SystemCallError) {
            return try OwnedFileDescriptor.open(path, flags: O_RDONLY).readToEnd(limit: .max)
        } catch {
            throw PluginError(
                code: .storage,
                message: "the copy \(path) that ran can't be read: \(error); reload the plugin from its file"
            )
        }
    }

    /// A name that no copy has ever had.
    private func newPath(for source: String) -> String {
        let serial = Self.serial.wrappingAdd(1, ordering: .relaxed).newValue
        let stem = source.lastName.split(separator: ".").first.map(String.init) ?? "plugin"
        return "\(directory)/\(stem).\(serial)-\(getpid()).so"
    }

    /// Removes all copies, when the host ends, and lets another host have the directory.
    func removeAll() {
        try? Self.clear(directory)
        spare.drop()
        hold?.end()
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
