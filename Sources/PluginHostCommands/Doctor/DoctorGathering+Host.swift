internal import Glibc
internal import LinuxSystem
internal import PluginHost

extension DoctorGathering {
    /// What is at the socket; a host that answers is asked how it is.
    func socketFacts() -> SocketFacts {
        var facts = SocketFacts(path: socket, state: .absent)
        facts.lockHolder = lockHolder()
        facts.stateDirectory = configuration.stateDirectory
        guard socket.utf8.count < 108, let mode = Self.mode(of: socket) else { return facts }
        guard mode & S_IFMT == S_IFSOCK else {
            facts.state = .notASocket
            return facts
        }
        do throws(ControlClientError) {
            var client = try ControlClient(path: socket)
            facts.state = .host(nil)
            client.deadline = .now.advanced(by: patience)
            facts.state = .host(try client.request("status").result(HostStatus.self))
        } catch {
            switch error {
            case .noHost(_, let reason):
                let refused = SystemCallError(call: "connect", code: ECONNREFUSED).reason
                facts.state = reason == refused ? .stale : .closed(reason)
            case .broken, .refused: break
            }
        }
        return facts
    }

    private static func mode(of path: String) -> mode_t? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? status.st_mode : nil
    }

    /// The process that has the state directory, as far as it has written down that it has.
    private func lockHolder() -> Int32? {
        guard let text = Self.text("\(configuration.stateDirectory)/lock"),
            let process = Int32(text.prefix { $0.isNumber }),
            // The file stays when its process ends; its number may be another's by now.
            let command = Self.text("/proc/\(process)/comm"), command.hasPrefix("plugin-host")
        else { return nil }
        return process
    }

    /// The programs that the host would start, none of which is started.
    func programs() -> [ProgramFacts] {
        let rule = OwnerRule.forThisProcess()
        return configuration.processes.sorted { $0.key < $1.key }.map { id, settings in
            var facts = ProgramFacts(id: id, startsAutomatically: settings.startsAutomatically)
            do throws(PluginError) {
                let path = try settings.locate(id: id)
                facts.path = path
                if let (place, fault) = rule.firstFault(in: TrustWalk(path).places) {
                    facts.fault = "\(place.path) \(rule.reason(fault, of: place))"
                    facts.faultRemedy = rule.remedy(fault, of: place)
                }
            } catch {
                facts.refusal = error.message
            }
            return facts
        }
    }

    /// The files in the plugin directories, looked at without running any of their code.
    func pluginFiles() -> [PluginFileFacts] {
        var layouts = StructLayoutRegistry()
        return configuration.pluginDirectories.flatMap { directory in
            let names = (try? Directory.names(directory)) ?? []
            return names.sorted().filter { $0.hasSuffix(".\(configuration.fileExtension)") && !$0.hasPrefix(".") }.map {
                name in
                pluginFile("\(directory)/\(name)", &layouts)
            }
        }
    }

    private func pluginFile(_ path: String, _ layouts: inout StructLayoutRegistry) -> PluginFileFacts {
        var facts = PluginFileFacts(path: path)
        do throws(PluginError) {
            let image = try ImageInspector.inspect(try ImageFile.read(path), path: path)
            facts.compiler = image.manifest?.swiftVersion
            facts.abiMinor = image.manifest?.abiMinor
            facts.layoutConflict = layouts.conflicts(with: image).first?.error.message
            layouts.add(image)
            let trust = TrustReport.of(path, configuration)
            if !trust.isTrusted { facts.distrust = trust.message ?? "\(path) is not trusted" }
        } catch {
            facts.refusal = error.message
            facts.refusalCode = error.code.name
        }
        return facts
    }
}
