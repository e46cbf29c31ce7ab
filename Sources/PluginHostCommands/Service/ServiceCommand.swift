internal import PluginHost

/// Prints what runs a host as a service.
struct ServiceCommand {
    private static let kinds = ["systemd", "kubernetes"]
    private static let systemdOptions = ["--run-as", "--type", "--metrics-file"]
    private static let kubernetesOptions = [
        "--namespace", "--image", "--plugins-image", "--plugins-configmap", "--storage",
    ]

    let context: CommandContext

    func run() async throws(CommandFailure) {
        let kind = context.arguments.operands[0]
        guard Self.kinds.contains(kind) else {
            let hint = UsageError.suggestion(for: kind, among: Self.kinds)
            throw .usage("service knows systemd and kubernetes, not \(kind)\(hint)")
        }
        let foreign = kind == "systemd" ? Self.kubernetesOptions : Self.systemdOptions
        if let option = foreign.first(where: { context.arguments.has($0) }) {
            throw .usage("\(option) means nothing for \(kind)\nTry plugin-host service --help")
        }
        let text = kind == "systemd" ? try unit().text : try manifests().text
        try Printing.attempt { try context.streams.output(Array(text.utf8)) }
    }

    private func value(_ option: String) -> String? { context.arguments.value(option) }

    private func name() throws(CommandFailure) -> String {
        let name = value("--name") ?? "plugin-host"
        // What both allow; it is a directory's name as well.
        guard Self.isName(name) else {
            throw .usage("--name needs lower-case letters, digits and hyphens between them, at most 63, not \(name)")
        }
        return name
    }

    static func isName(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let isEdge: (UInt8) -> Bool = { (97...122).contains($0) || (48...57).contains($0) }
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 63, isEdge(first), isEdge(last) else {
            return false
        }
        return bytes.allSatisfy { isEdge($0) || $0 == UInt8(ascii: "-") }
    }

    /// A path of the machine that the service will run on.
    private func path(_ option: String) throws(CommandFailure) -> String? {
        guard let path = value(option) else { return nil }
        guard path.hasPrefix("/"), !path.contains(where: \.isNewline) else {
            throw .usage("\(option) needs a path from the root on, in one line, not \(path)")
        }
        return path
    }

    // MARK: systemd

    private func unit() throws(CommandFailure) -> SystemdUnit {
        let name = try name()
        var unit = SystemdUnit(
            name: name,
            executable: try path("--executable") ?? context.program.executable ?? "/usr/bin/plugin-host",
            plugins: try path("--plugins") ?? "/usr/lib/\(name)/plugins"
        )
        unit.configuration = try path("--config")
        unit.metricsFile = try path("--metrics-file")
        if let type = value("--type") {
            guard let chosen = SystemdUnit.Kind(rawValue: type) else {
                throw .usage("--type knows notify-reload and notify, not \(type)")
            }
            unit.kind = chosen
        }
        if let user = value("--run-as") {
            guard !user.contains(where: { $0.isWhitespace || $0.isNewline }) else {
                throw .usage("--run-as needs the name of a user, not \(user)")
            }
            unit.user = user
        }
        return unit
    }

    // MARK: Kubernetes

    private func manifests() throws(CommandFailure) -> KubernetesManifests {
        guard let image = value("--image") else {
            throw .usage(
                "service kubernetes needs --image IMAGE, the image with the host\nTry plugin-host service --help"
            )
        }
        let plugins: KubernetesManifests.Plugins
        switch (value("--plugins-image"), value("--plugins-configmap")) {
        case (let reference?, nil): plugins = .image(reference)
        case (nil, let name?): plugins = .configMap(name)
        case (nil, nil):
            throw .usage("service kubernetes needs the plugins: --plugins-image IMAGE or --plugins-configmap NAME")
        case (_?, _?): throw .usage("the plugins come from --plugins-image or --plugins-configmap, not from both")
        }
        var manifests = KubernetesManifests(name: try name(), image: image, plugins: plugins)
        manifests.namespace = value("--namespace")
        if let executable = try path("--executable") { manifests.executable = executable }
        if let directory = try path("--plugins") { manifests.directory = directory }
        if let storage = value("--storage") { manifests.storage = storage }
        if try path("--config") != nil {
            throw .usage(
                "for kubernetes the configuration is in the manifests, to be changed there; leave --config out"
            )
        }
        return manifests
    }
}
