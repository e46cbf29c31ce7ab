internal import PluginHost

extension CommandTable {
    /// The commands for those who run a host as a service.
    static let service: [CommandSpecification] = [
        .init(
            "metrics",
            "print what the host counts and measures, for Prometheus",
            options: [
                .init(
                    "--format",
                    value: "NAME",
                    among: MetricsFormat.allCases.map(\.rawValue),
                    "openmetrics, or prometheus: the older format that node_exporter reads. Default: openmetrics."
                ),
                .socket,
            ],
            discussion: """
                `run --metrics-file FILE` keeps a file with them instead, for the text collector of node_exporter.
                """
        ),
        .init(
            "service",
            "print a unit of systemd, or manifests of Kubernetes, for a host",
            operands: [.init("KIND", among: ["systemd", "kubernetes"], "systemd, or kubernetes.")],
            options: [
                .init("--name", value: "NAME", "The name of the service. Default: plugin-host."),
                .init(
                    "--plugins",
                    value: "DIR",
                    "Where the plugins are. Default: /usr/lib/NAME/plugins for systemd, /plugins for kubernetes."
                ),
                .init("--config", value: "FILE", "The configuration file of the host."),
                .init("--executable", value: "FILE", "The program on that machine. Default: this one."),
                .init("--run-as", value: "USER", "For systemd: the user. Default: one that is made for the service."),
                .init(
                    "--type",
                    value: "TYPE",
                    among: ["notify-reload", "notify"],
                    "For systemd: notify-reload, or notify for versions before 253. Default: notify-reload."
                ),
                .init("--metrics-file", value: "FILE", "For systemd: the file with metrics."),
                .init("--namespace", value: "NAME", "For kubernetes: the namespace. Default: that of kubectl."),
                .init("--image", value: "IMAGE", "For kubernetes: the image with the host. It has to be given."),
                .init("--plugins-image", value: "IMAGE", "For kubernetes: an image with the plugins."),
                .init("--plugins-configmap", value: "NAME", "For kubernetes: a ConfigMap with the plugins."),
                .init("--storage", value: "SIZE", "For kubernetes: the size of the state's volume. Default: 1Gi."),
            ],
            discussion: """
                Nothing is installed: the text goes to standard output, and says in its comments what to do with it.
                """
        ),
        .init(
            "completions",
            "print what completes command lines in a shell",
            operands: [.init("SHELL", among: ["bash", "zsh", "fish"], "bash, zsh, or fish.")],
            options: [.socket],
            discussion: """
                For bash: source <(plugin-host completions bash). For zsh: plugin-host completions zsh into a file _plugin-host \
                of a directory in $fpath. For fish: plugin-host completions fish | source.
                """
        ),
    ]
}
