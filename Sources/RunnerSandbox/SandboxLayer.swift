/// One thing that a sandbox takes from a process.
///
/// The raw value stands in messages between processes and never changes.
package enum SandboxLayer: UInt8, Hashable, Sendable, CaseIterable {
    /// No program that it starts gets rights that the process itself does not have.
    case privileges = 1
    /// The powers of the administrator are given up.
    case capabilities = 2
    /// Files and directories outside the granted paths can't be read, written, made, removed or run.
    case files = 3
    /// Files outside the granted paths can't be cut off either.
    case truncation = 4
    /// Devices that are open can't be controlled.
    case devices = 5
    /// TCP ports that are not granted can't be connected to or bound.
    case network = 6
    /// Processes outside the sandbox can't be signalled.
    case signals = 7
    /// Abstract Unix sockets of processes outside the sandbox can't be connected to.
    case abstractSockets = 8
    /// Memory, processor time, open files and so on are limited.
    case limits = 9

    /// The name in reports and in JSON.
    package var name: String {
        switch self {
        case .privileges: "no-new-privileges"
        case .capabilities: "capabilities"
        case .files: "files"
        case .truncation: "truncation"
        case .devices: "devices"
        case .network: "network"
        case .signals: "signals"
        case .abstractSockets: "abstract-sockets"
        case .limits: "limits"
        }
    }

    /// What holds where the layer does, for people.
    package var meaning: String {
        switch self {
        case .privileges: "programs that it starts gain no rights"
        case .capabilities: "it has no powers of the administrator"
        case .files: "files and directories only as granted"
        case .truncation: "files that it may not write can't be cut off"
        case .devices: "devices can't be controlled"
        case .network: "TCP ports only as granted"
        case .signals: "no signals to processes outside"
        case .abstractSockets: "no abstract Unix sockets of processes outside"
        case .limits: "resources are limited"
        }
    }

    /// The version of Landlock that brought the layer; 0 for what every kernel has.
    var landlockVersion: Int {
        switch self {
        case .privileges, .capabilities, .limits: 0
        case .files: 1
        case .truncation: 3
        case .network: 4
        case .devices: 5
        case .signals, .abstractSockets: 6
        }
    }

    /// The kernel from which on the layer can hold.
    var firstKernel: String {
        switch landlockVersion {
        case 1: "5.13"
        case 3: "6.2"
        case 4: "6.7"
        case 5: "6.10"
        case 6: "6.12"
        default: "3.5"
        }
    }
}
