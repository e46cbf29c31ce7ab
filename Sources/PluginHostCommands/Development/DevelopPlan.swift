internal import LinuxSystem
internal import PluginHost

/// What `dev` is to do, as far as it is known before anything is built.
struct DevelopPlan: Sendable {
    /// The host.
    var options: HostOptions
    /// The tool that builds.
    var swift: String
    /// What is built.
    var configuration: String
    /// The packages.
    var directories: [String]
    /// Below which directory of a package its plugins are; `nil` for anywhere.
    var scope: String?
    /// Where products go.
    var installer: ProductInstaller

    private static var ownConfiguration: String {
        #if DEBUG
        "debug"
        #else
        "release"
        #endif
    }

    init(_ context: CommandContext) throws(CommandFailure) {
        let arguments = context.arguments
        let program = context.program
        options = try HostOptions(context, readFile: RunCommand.readFile)
        // Whoever writes a plugin decides what it may; what its metadata does not ask for it does not get here either.
        if !arguments.has("--config") {
            options.configuration.permissions = PermissionPolicy([.init(plugins: "*", grant: ["*"])])
            // What crashes here is repaired by the next save, and builds of before say nothing of that.
            options.configuration.crashesBeforeIsolation = 0
        }
        configuration = arguments.value("--configuration") ?? Self.ownConfiguration
        guard ["debug", "release"].contains(configuration) else {
            throw .usage("--configuration knows debug and release, not \(configuration)")
        }
        guard let swift = Toolchain.swift(environment: program.variables) else {
            throw .failed("swift is not in PATH: install a Swift toolchain, or add its usr/bin to PATH")
        }
        self.swift = swift
        if arguments.operands.isEmpty {
            let around = [program.executable, program.currentDirectory + "/-"].compactMap { $0 }
            guard let package = around.lazy.compactMap(Toolchain.package(around:)).first else {
                throw .usage("the samples of plugin-host are not found: give PACKAGE_DIR\nTry plugin-host dev --help")
            }
            directories = [package]
            scope = "SamplePlugins"
        } else {
            directories = arguments.operands.map { directory in
                var path = directory.hasPrefix("/") ? directory : "\(program.currentDirectory)/\(directory)"
                while path.count > 1, path.hasSuffix("/") || path.hasSuffix("/.") { path.removeLast() }
                return path
            }
            scope = nil
        }

        // A host of its own for each set of packages: what is tried here stays out of the state of other hosts.
        if !arguments.has("--state-dir") {
            let name = SHA256(of: Array(directories.joined(separator: "\n").utf8)).description.prefix(12)
            options.configuration.stateDirectory += "/dev-\(name)"
        }
        let state = options.configuration.stateDirectory
        installer = ProductInstaller(directory: "\(state)/dev-plugins")
        options.configuration.pluginDirectories = [installer.directory]
        // Products are put there whole and at once, so that there is nothing to wait for.
        options.configuration.strategy = .immediate
        options.configuration.imageDirectory = context.paths.imageDirectory(stateDirectory: state)
        RunCommand.dropUnusableRuntimeDirectory(context.paths, &options)
    }
}
