/// How files are watched (HR-1, HR-2).
package struct WatchPolicy: Hashable, Sendable {
    /// How long a file has to be quiet before it is taken.
    package var window = Duration.seconds(1)
    /// Whether a complete file that was renamed into its place is taken at once, if the window before it was quiet.
    package var takesRenamesAtOnce = true
    /// Whether the first complete change is taken, without waiting for quiet.
    package var isImmediate = false
    /// How long a file may be gone before it is reported as removed.
    package var removalGrace = Duration.seconds(2)
    /// How many events are handled one by one in a second; more of them become one scan.
    package var maximumEventsPerSecond = 100
    /// The extension of plugin files, without a dot.
    package var fileExtension = "so"
    /// Names that are never looked at; `*` stands for any text.
    package var ignoredNames = ["*.tmp", "*.swp", "*~"]
    /// Whether directories inside the watched ones are watched too.
    package var isRecursive = false
    /// How often directories are scanned that the kernel can't watch.
    package var rescanInterval = Duration.seconds(2)

    /// Creates the policy of a host with the default configuration.
    package init() {}

    /// Takes the policy from a host's configuration.
    package init(_ configuration: HostConfiguration) {
        isImmediate = configuration.strategy == .immediate
        // Also an immediate reload needs a measure of quiet, for files that are no longer written and yet incomplete.
        window = isImmediate ? .seconds(1) : configuration.strategy.window
        removalGrace = configuration.removalGrace
        maximumEventsPerSecond = configuration.maximumEventsPerSecond
        fileExtension = configuration.fileExtension
        ignoredNames = configuration.ignoredNames
        isRecursive = configuration.isRecursive
    }

    /// Whether a file of this name can be a plugin.
    package func accepts(_ name: String) -> Bool {
        name.utf8.count > fileExtension.utf8.count + 1 && name.hasSuffix("." + fileExtension) && !ignores(name)
    }

    /// Whether a file of this path is looked at if these directories are watched.
    func covers(_ path: String, in directories: [String]) -> Bool {
        guard let slash = path.lastIndex(of: "/"), accepts(String(path[slash...].dropFirst())) else { return false }
        let parent = path[..<slash]
        return directories.contains { parent == $0 || isRecursive && parent.hasPrefix("\($0)/") }
    }

    /// The name of the plugin file that a file of this name is the signature of.
    package func signedName(of name: String) -> String? {
        guard name.hasSuffix(SignatureCheck.suffix) else { return nil }
        let signed = String(name.dropLast(SignatureCheck.suffix.count))
        return accepts(signed) && !ignores(name) ? signed : nil
    }

    /// Whether files and directories of this name are never looked at.
    package func ignores(_ name: String) -> Bool {
        ignoredNames.contains { Wildcard.matches(name, $0) }
    }
}
