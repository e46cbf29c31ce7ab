internal import Glibc
internal import LinuxSystem
internal import PluginHost

/// This process as the host that another supervises.
enum SupervisedHost {
    /// How the host before this one has crashed; `nil` if it has not, or if nobody supervises.
    ///
    /// To be called once, before there are other threads.
    static func begin(_ variables: [String: String], _ streams: CommandStreams) -> HostCrash? {
        let parent = ParentDeath.parent
        guard SupervisionMark.isValid(variables, parent: parent) else { return nil }
        // Nothing that this process starts is supervised by its parent.
        unsafe unsetenv(SupervisionMark.name)
        do throws(SystemCallError) {
            // The parent has seen to it; but the kernel forgets it for a program with rights of its own.
            try ParentDeath.follow(parent: parent)
            try CrashRecord.begin(OwnedFileDescriptor(adopting: SupervisionMark.record))
        } catch {
            streams.say("plugin-host: this host is not supervised as it should be: \(error)")
        }
        let file = OwnedFileDescriptor(adopting: SupervisionMark.report)
        guard let bytes = try? file.readToEnd(limit: 1 << 24), !bytes.isEmpty else { return nil }
        return try? JSONCoding.decode(HostCrash.self, from: bytes)
    }
}
