internal import PluginHost

/// Manifests that run a host in Kubernetes: one pod, its configuration, and the volume with its state.
struct KubernetesManifests: Hashable, Sendable {
    /// Where the plugins come from.
    enum Plugins: Hashable, Sendable {
        /// An image with nothing else in it.
        case image(String)
        /// A ConfigMap; it is swapped as a whole, by the link `..data`.
        case configMap(String)
    }

    let name: String
    let image: String
    let plugins: Plugins
    var namespace: String?
    var executable = "plugin-host"
    var directory = "/plugins"
    var storage = "1Gi"

    /// The documents, one after the other.
    var text: String {
        introduction + [configuration, claim, deployment].joined(separator: "---\n")
    }

    private var introduction: String {
        let how =
            switch plugins {
            case .image(let reference):
                """
                # The plugins are the files of the image \(reference), which needs nothing else: FROM scratch, COPY *.so /.
                # Image volumes are on by default since Kubernetes 1.35. A new image starts a new pod, which takes over the state.
                """
            case .configMap(let name):
                """
                # The plugins are the ConfigMap \(name), of at most 1 MiB:
                #   kubectl create configmap \(name) --from-file=libCounter.so
                # A change of it reaches the running host within a minute or so, and is reloaded there.
                """
            }
        return """
            # \(name), from plugin-host \(PluginHost.version). To install it: kubectl apply -f FILE
            \(how)

            """
    }

    // MARK: Documents

    private func metadata(_ suffix: String = "") -> String {
        var lines = ["metadata:", "  name: \(Self.quoted(name + suffix))"]
        if let namespace { lines.append("  namespace: \(Self.quoted(namespace))") }
        lines += ["  labels:", "    app.kubernetes.io/name: \(Self.quoted(name))"]
        return lines.joined(separator: "\n")
    }

    private var configuration: String {
        let trust =
            switch plugins {
            case .image: ""
            case .configMap:
                """

                        // The files belong to the kubelet. Who may change the ConfigMap decides; "pinned" and "signed" narrow that.
                        "trust": "any",
                """
            }
        return """
            apiVersion: v1
            kind: ConfigMap
            \(metadata("-configuration"))
            data:
              host.jsonc: |
                {\(trust)
                    // The state's volume is open to a group; images must lie where nobody could exchange one.
                    "imageDirectory": "/tmp/plugin-host-images",
                    "pluginDirectories": [\(Self.quoted(directory))],
                    "stateDirectory": "/state/plugin-host"
                }

            """
    }

    private var claim: String {
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        \(metadata())
        spec:
          # One pod at a time has the state; the host's own lock refuses a second one as well.
          accessModes: [ReadWriteOncePod]
          resources:
            requests:
              storage: \(Self.quoted(storage))

        """
    }

    private var deployment: String {
        """
        apiVersion: apps/v1
        kind: Deployment
        \(metadata())
        spec:
          # One state belongs to one host: the old pod ends, its state saved, before the new one begins.
          replicas: 1
          strategy:
            type: Recreate
          selector:
            matchLabels:
              app.kubernetes.io/name: \(Self.quoted(name))
          template:
            metadata:
              labels:
                app.kubernetes.io/name: \(Self.quoted(name))
            spec:
              automountServiceAccountToken: false
              # The host stops within its shutdownTimeout (30 s) and a few seconds; raise both together.
              terminationGracePeriodSeconds: 45
              securityContext:
                runAsNonRoot: true
                runAsUser: 65532
                runAsGroup: 65532
                fsGroup: 65532
                seccompProfile:
                  type: RuntimeDefault
              containers:
                - name: host
                  image: \(Self.quoted(image))
                  command: [\(Self.quoted(executable)), "run", "--config", "/etc/plugin-host/host.jsonc"]
                  env:
                    # For the probes, and for kubectl exec.
                    - name: PLUGIN_HOST_SOCKET
                      value: /tmp/plugin-host.sock
                  securityContext:
                    allowPrivilegeEscalation: false
                    capabilities:
                      drop: [ALL]
        \(probe("startup", "startup", "periodSeconds: 2", "failureThreshold: 150"))
        \(probe("readiness", "ready", "periodSeconds: 10", "failureThreshold: 3"))
        \(probe("liveness", "live", "periodSeconds: 20", "failureThreshold: 3"))
                  volumeMounts:
                    - name: configuration
                      mountPath: /etc/plugin-host
                      readOnly: true
                    - name: plugins
                      mountPath: \(Self.quoted(directory))
                      readOnly: true
                    - name: state
                      mountPath: /state
              volumes:
                - name: configuration
                  configMap:
                    name: \(Self.quoted("\(name)-configuration"))
                - name: plugins
        \(pluginVolume)
                - name: state
                  persistentVolumeClaim:
                    claimName: \(Self.quoted(name))

        """
    }

    private func probe(_ kind: String, _ probe: String, _ settings: String...) -> String {
        let words = [executable, "health", "--probe", probe, "--timeout", "5s"].map(Self.quoted).joined(separator: ", ")
        let lines = ["\(kind)Probe:", "  exec:", "    command: [\(words)]", "  timeoutSeconds: 10"]
        return (lines + settings.map { "  \($0)" }).map { "          \($0)" }.joined(separator: "\n")
    }

    private var pluginVolume: String {
        switch plugins {
        case .image(let reference):
            """
                      image:
                        reference: \(Self.quoted(reference))
                        pullPolicy: IfNotPresent
            """
        case .configMap(let name):
            """
                      configMap:
                        name: \(Self.quoted(name))
            """
        }
    }

    // MARK: Quoting

    /// A text as YAML reads it between quotation marks, which is as JSON does.
    static func quoted(_ text: String) -> String {
        let bytes = (try? JSONCoding.encode(JSONValue.string(text))) ?? Array("\"\"".utf8)
        return String(decoding: bytes, as: UTF8.self)
    }
}
