internal import CPluginABI
internal import LinuxSystem
internal import RunnerProtocol

/// Finds out whether the program for runners is there, and of this host's version, without a host.
package enum RunnerProbe {
    /// The program that a host of this configuration starts; `nil` if nobody knows where it could be.
    package static func executable(_ configuration: HostConfiguration) -> String? {
        configuration.runner ?? RunnerPool.besideHost
    }

    /// Starts the program, waits until it has introduced itself, and ends it.
    ///
    /// Blocks the thread. The result is why it would be refused; `nil` if it is the one that a host of this version wants.
    package static func refusal(of executable: String, within limit: Duration) -> String? {
        guard RunnerPool.isInstalled(executable) else {
            return "it is not there, or is no program that this user may run"
        }
        let handshake = Handshake(token: "doctor", descriptor: InheritedDescriptor.control)
        do throws(SystemCallError) {
            let (ours, theirs) = try MessageSocket.makePair()
            let faults = try RunnerFaults()
            var launch = ChildProcess.Launch(
                executable: executable,
                environment: RunnerLauncher.variables.merging(handshake.variables) { _, new in new }
            )
            launch.lending = [theirs, faults.file, faults.counter]
            launch.endsWithParent = true
            let process = try ChildProcess(launch)
            defer {
                process.terminate(byForce: true)
                _ = try? process.wait()
            }
            return try wait(for: ours, process, handshake, until: .now.advanced(by: limit))
        } catch {
            return "it can't be started: \(error)"
        }
    }

    /// Why a host that this process became could not give its runners the control groups of the configuration.
    ///
    /// `nil` if it could, or none are wanted. Nothing is changed.
    package static func controlGroupObstacle(_ configuration: HostConfiguration, calls: HostCalls = .live) -> String? {
        configuration.controlGroup == .off ? nil : RunnerGroups.obstacle(configuration, calls: calls)
    }

    private static func wait(
        for socket: MessageSocket,
        _ process: ChildProcess,
        _ handshake: Handshake,
        until deadline: MonotonicInstant
    ) throws(SystemCallError) -> String? {
        var printed: [UInt8] = []
        while MonotonicInstant.now < deadline {
            // Its end, or what it prints, wakes this as well; a message is seen a moment later.
            let moment = min(deadline, MonotonicInstant.now.advanced(by: .milliseconds(10)))
            let end = try process.wait(until: moment) { printed += $0 }
            switch socket.receive(waiting: false) {
            case .message(let bytes, _):
                guard let message = try? RunnerMessage(reading: bytes) else { return "what it says makes no sense" }
                return handshake.refusal(of: message, abiMajor: UInt32(PH_ABI_MAJOR))
            case .damaged(let error): return "what it says can't be taken: \(error)"
            case .nothing: break
            case .end: break
            }
            if let end {
                let said = String(decoding: printed.suffix(500), as: UTF8.self).split(whereSeparator: \.isNewline)
                return "it ended at once (\(end))" + (said.last.map { ": \($0)" } ?? "")
            }
        }
        return "it has not introduced itself"
    }
}
