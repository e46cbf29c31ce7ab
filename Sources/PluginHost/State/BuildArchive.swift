internal import Glibc
package import LinuxSystem

/// The builds of one plugin, each under the SHA-256 of its content, so that a rollback finds its code (HR-8).
///
/// All functions block; any thread may call them.
package struct BuildArchive: Sendable {
    private let directory: String
    private let calls: FileCalls

    /// Opens the archive in a directory, which is made when the first build is stored.
    package init(directory: String, calls: FileCalls = .live) {
        self.directory = directory
        self.calls = calls
    }

    /// Where a build lies, or would lie.
    package func path(of build: SHA256) -> String { "\(directory)/\(build).so" }

    /// As above, by the name of the build.
    func path(ofBuild build: String) -> String { "\(directory)/\(build).so" }

    /// The builds that are kept.
    var builds: Set<String> {
        Set(((try? Directory.names(directory)) ?? []).map { String($0.prefix { $0 != "." }) }.filter(Self.isDigest))
    }

    /// Stores a build; one that is there already stays.
    package func store(_ bytes: [UInt8], build: SHA256) throws(PluginError) {
        let path = path(of: build)
        do {
            if try holds(path, size: Int64(bytes.count)) { return }
            try Directory.makeLasting(directory, calls: calls)
            try AtomicFile.replace(path, with: bytes, calls: calls)
        } catch {
            throw .storage("store the build", path, error)
        }
    }

    /// Adds a build to the files that are stored together, and gives its path there.
    func add(_ bytes: [UInt8], build: String, to batch: inout AtomicFileBatch) throws(PluginError) -> String {
        let path = path(ofBuild: build)
        do {
            try batch.makeDirectory(directory)
            try batch.add(path, bytes)
        } catch {
            throw .storage("store the build", path, error)
        }
        return path
    }

    /// Whether a build is kept whose file is so large.
    func keeps(_ build: String, size: Int64) -> Bool {
        (try? holds(path(ofBuild: build), size: size)) ?? false
    }

    /// Its content was checked when it was written, and is checked again when it is loaded.
    private func holds(_ path: String, size: Int64) throws(SystemCallError) -> Bool {
        guard let status = try FileStatus.of(path, followingLinks: false) else { return false }
        return status.kind == .regular && status.size == size
    }

    /// Loads a build by its SHA-256; a damaged one is set aside and the error says so.
    package func load(_ build: String) throws(PluginError) -> [UInt8] {
        // The name comes from a file: it must not lead out of the directory.
        guard Self.isDigest(build) else {
            throw PluginError(code: .notFound, message: "'\(build)' is not the SHA-256 of a build")
        }
        let path = "\(directory)/\(build).so"
        let bytes: [UInt8]
        do {
            bytes = try calls.read(path)
        } catch {
            guard error.code == ENOENT else { throw .storage("read the build", path, error) }
            throw PluginError(code: .notFound, message: "build \(build) is not kept any more: there is no \(path)")
        }
        let actual = SHA256(of: bytes)
        guard actual.description == build else {
            var fate = "it was set aside as \(path).damaged"
            do {
                try calls.rename(path, "\(path).damaged")
            } catch {
                fate = "it could not be set aside: \(error)"
            }
            let message = "build \(path) is damaged: its content has the SHA-256 \(actual); \(fate)"
            throw PluginError(code: .storage, message: message)
        }
        return bytes
    }

    /// Removes all builds but the named ones, damaged ones too, and says which went.
    @discardableResult
    package func prune(keeping builds: Set<String>) throws(PluginError) -> [String] {
        do {
            let surplus = try Directory.namesIfThere(directory).filter { name in
                let digest = String(name.prefix { $0 != "." })
                guard Self.isDigest(digest) else { return false }
                return name == "\(digest).so" && !builds.contains(digest) || name == "\(digest).so.damaged"
            }
            for name in surplus { try calls.remove("\(directory)/\(name)") }
            return surplus
        } catch {
            throw .storage("remove old builds from", directory, error)
        }
    }

    private static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
