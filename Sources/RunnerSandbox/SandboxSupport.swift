internal import CLinux
internal import Glibc

/// What the kernel has to build a sandbox from.
package struct SandboxSupport: Hashable, Sendable {
    /// How the kernel stands to Landlock, which rules over files, TCP and signals.
    package enum Landlock: Hashable, Sendable {
        /// It is there, in a version that counts from 1.
        case version(Int)
        /// The kernel was built without it, or is older than 5.13.
        case notBuilt
        /// The kernel was started without it.
        case switchedOff
        /// Something else is in the way, such as a filter of system calls around this process.
        case refused(code: Int32)
    }

    package let landlock: Landlock

    package init(landlock: Landlock) {
        self.landlock = landlock
    }

    /// Asks the kernel, which changes nothing.
    package static func probe() -> SandboxSupport {
        let version = clinux_landlock_version()
        guard version < 1 else { return SandboxSupport(landlock: .version(Int(version))) }
        switch errno {
        case ENOSYS: return SandboxSupport(landlock: .notBuilt)
        case EOPNOTSUPP: return SandboxSupport(landlock: .switchedOff)
        case let code: return SandboxSupport(landlock: .refused(code: code))
        }
    }

    /// The version of Landlock; 0 without it.
    package var landlockVersion: Int {
        guard case .version(let version) = landlock else { return 0 }
        return version
    }

    package func has(_ layer: SandboxLayer) -> Bool {
        layer.landlockVersion <= landlockVersion
    }

    /// The layers that no sandbox has on this kernel.
    package var missing: [SandboxLayer] {
        SandboxLayer.allCases.filter { !has($0) }
    }

    /// Why a layer is missing and what would bring it; `nil` if the kernel has it.
    package func reason(missing layer: SandboxLayer) -> String? {
        guard !has(layer) else { return nil }
        switch landlock {
        case .version(let version):
            return "needs Landlock \(layer.landlockVersion) (Linux \(layer.firstKernel)); this kernel has \(version)"
        case .notBuilt: return "this kernel has no Landlock; Linux \(layer.firstKernel) or newer brings it"
        case .switchedOff: return "Landlock is off; start the kernel with landlock among lsm=…"
        case .refused(let code):
            let text = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
            return "the kernel refuses Landlock to this process (\(text)); a container's filter may be in the way"
        }
    }

    /// One line for people.
    package var summary: String {
        let missing = missing.map(\.name)
        let landlock =
            switch landlock {
            case .version(let version): "Landlock \(version)"
            case .notBuilt: "no Landlock"
            case .switchedOff: "Landlock switched off"
            case .refused: "Landlock refused"
            }
        return missing.isEmpty ? "\(landlock): all layers" : "\(landlock): without \(missing.joined(separator: ", "))"
    }
}
