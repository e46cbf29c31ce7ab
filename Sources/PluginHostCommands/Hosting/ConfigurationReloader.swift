internal import Glibc
internal import LinuxSystem
internal import PluginHost
internal import Synchronization

/// Takes over what a configuration file says that has changed while its host runs.
///
/// A file that is wrong changes nothing. Of one that is right the settings of plugins are taken; what else has changed in it
/// is named, because it needs a host that is started again.
final class ConfigurationReloader: Sendable {
    let path: String
    private let host: any ManagedHost
    private let log: LogWriter
    /// What the file said when it was last taken, without plugins' settings; held while a change is taken over.
    private let rest: Mutex<HostConfiguration?>

    init(_ path: String, _ host: any ManagedHost, _ log: LogWriter) {
        self.path = path
        self.host = host
        self.log = log
        let present = try? Self.read(path)
        rest = Mutex(present.flatMap { try? Self.configuration($0, path: path) }.map(Self.withoutSettings))
    }

    /// Reads the file again, whether it has changed or not; says in one line how that went, and logs the same.
    func reload() -> String {
        do throws(PluginError) {
            return take(try Self.read(path))
        } catch {
            return refuse(error)
        }
    }

    /// Takes over what the file says.
    @discardableResult
    func take(_ bytes: [UInt8]) -> String {
        let changed: HostConfiguration
        do throws(PluginError) {
            changed = try Self.configuration(bytes, path: path)
        } catch {
            return refuse(error)
        }
        return rest.withLock { rest in
            let (host, plugins) = (host, changed.plugins)
            let results = Blocking.wait { await host.reconfigure(plugins) }
            for result in results {
                if let error = result.error {
                    log.say("\(result.plugin) refuses its new settings: \(error)", level: .error)
                } else {
                    log.say(Self.text(result))
                }
            }
            let others = Self.withoutSettings(changed)
            let differences = rest.map { Self.differences(of: others, from: $0) } ?? []
            if !differences.isEmpty {
                let which = "\(differences.joined(separator: ", ")) \(differences.count == 1 ? "has" : "have")"
                let remedy = "changed, which takes effect when the host is started again"
                log.say("\(path): \(which) \(remedy)", level: .warning)
            }
            rest = others
            let refusals = results.count { $0.error != nil }
            let taken = results.count { $0.error == nil && $0.way != .unchanged }
            var text = "configuration read: \(FigureText.count(taken, "plugin")) with new settings"
            if refusals > 0 { text += ", \(refusals) refused" }
            log.say(text)
            return text
        }
    }

    /// What a plugin has of what the file says now.
    private static func text(_ result: ConfigurationResult) -> String {
        switch result.way {
        case .unchanged:
            "\(result.plugin): what the file says of it has changed, but commands have set its settings, which stay as they are"
        case .stored: "\(result.plugin) does not run; it is given its new settings when it does"
        case .pushed, .reloaded, .refused:
            "\(result.plugin) has taken its new settings" + LifecycleText.instance(result)
        }
    }

    private func refuse(_ error: PluginError) -> String {
        log.say("the changed configuration is not taken: \(error.message); the one before stays", level: .error)
        return "the configuration is not taken: \(error.message)"
    }

    private static func read(_ path: String) throws(PluginError) -> [UInt8] {
        do throws(SystemCallError) {
            // Nobody waits for who is at the other end of a pipe: the host serves meanwhile.
            return try OwnedFileDescriptor.open(path, flags: O_RDONLY | O_NONBLOCK).readToEnd(limit: 16 << 20)
        } catch {
            throw PluginError(code: .badConfiguration, message: "\(path) can't be read: \(error.reason)")
        }
    }

    private static func configuration(_ bytes: [UInt8], path: String) throws(PluginError) -> HostConfiguration {
        var configuration = HostConfiguration(pluginDirectories: [], stateDirectory: "")
        try ConfigurationFile.apply(bytes, path: path, to: &configuration)
        var whole = configuration
        // The options or their defaults name those that the file does not.
        if whole.pluginDirectories.isEmpty { whole.pluginDirectories = ["/"] }
        if whole.stateDirectory.isEmpty { whole.stateDirectory = "/" }
        do throws(PluginError) {
            try whole.validate()
        } catch {
            throw PluginError(code: error.code, message: "\(path): \(error.message)")
        }
        return configuration
    }

    /// What is not taken over.
    private static func withoutSettings(_ configuration: HostConfiguration) -> HostConfiguration {
        var rest = configuration
        rest.plugins = configuration.plugins.mapValues { plugin in
            var plugin = plugin
            plugin.settings = .object([:])
            return plugin
        }.filter { $0.value != PluginSettings() }
        return rest
    }

    private static func differences(of new: HostConfiguration, from old: HostConfiguration) -> [String] {
        new.differences(from: old).flatMap { name in
            guard name == "plugins" else { return [name] }
            let ids = Set(new.plugins.keys).union(old.plugins.keys)
            return ids.filter { new.plugins[$0] != old.plugins[$0] }.sorted().map { "plugins.\($0)" }
        }
    }
}
