internal import RunnerSandbox

extension HostConfiguration {
    /// The sandbox of a runner for a plugin.
    ///
    /// - Parameters:
    ///   - plugin: Its id; `nil` for one that nobody knows, to which nothing is granted.
    ///   - asked: What it asks for, as far as that is known.
    ///   - data: Its own directory, if it has one.
    ///   - images: Where its image is.
    /// - Returns: What every plugin needs, and what this one asks for and the policy grants.
    func sandboxRules(for plugin: String?, asking asked: [String], data: String?, images: [String]) -> SandboxRules {
        var rules = SandboxRules.plugin(
            data: data,
            images: images,
            limits: runnerLimits.forSandbox,
            requirement: sandbox.requirement
        )
        if let plugin {
            rules.grant(PluginPermissions(plugin: plugin, asked: asked, policy: permissions).granted)
        }
        return rules
    }
}

extension SandboxRules {
    /// Adds what permissions allow; those that are not about files and ports change nothing.
    mutating func grant(_ permissions: [Permission]) {
        for permission in permissions {
            guard let argument = permission.argument else { continue }
            switch permission.name {
            case "fs.read": readable.append(argument)
            case "fs.write": writable.append(argument)
            case "fs.execute":
                executable.append(argument)
                readable.append(argument)
            case "net.connect": grantConnection(to: UInt16(argument))
            case "net.bind": grantListening(on: UInt16(argument))
            default: break
            }
        }
    }
}
