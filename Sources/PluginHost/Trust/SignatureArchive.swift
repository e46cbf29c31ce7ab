internal import Glibc
internal import LinuxSystem

/// The signatures of the builds in the archive, by the builds' SHA-256, so that a rollback is judged as a reload is.
///
/// All functions block; any thread may call them.
package struct SignatureArchive: Sendable {
    private let directory: String

    /// Opens the archive in a directory that is made when it is needed.
    package init(directory: String) {
        self.directory = directory
    }

    /// Keeps the signature of a build; the newest one counts.
    func store(_ signature: [UInt8], of build: SHA256) throws(PluginError) {
        let path = "\(directory)/\(build)\(SignatureCheck.suffix)"
        do throws(SystemCallError) {
            if try present(path) == signature { return }
            try Directory.makeLasting(directory)
            try AtomicFile.replace(path, with: signature)
        } catch {
            throw .storage("keep the signature", path, error)
        }
    }

    /// The signature of a build; `nil` if none was kept.
    func load(_ build: String) throws(PluginError) -> [UInt8]? {
        let path = "\(directory)/\(build)\(SignatureCheck.suffix)"
        do throws(SystemCallError) {
            return try present(path)
        } catch {
            throw .storage("read the signature", path, error)
        }
    }

    /// Removes the signatures of builds that are not kept any more.
    func prune(keeping builds: Set<String>) {
        for name in (try? Directory.names(directory)) ?? [] where !builds.contains(String(name.prefix { $0 != "." })) {
            try? FileCalls.live.remove("\(directory)/\(name)")
        }
    }

    private func present(_ path: String) throws(SystemCallError) -> [UInt8]? {
        do throws(SystemCallError) {
            return try FileCalls.live.read(path, limit: SignatureEnvelope.largest)
        } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
    }
}
