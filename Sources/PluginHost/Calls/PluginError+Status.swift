internal import CPluginABI
internal import PluginLoading

extension PluginError.Code {
    /// The code for a status that a plugin returned; its own statuses are `failed`.
    init(status: ph_status_t) {
        self =
            switch status {
            case PH_BAD_PAYLOAD: .badPayload
            case PH_METHOD_NOT_FOUND: .methodNotFound
            case PH_UNAUTHORISED: .unauthorised
            case PH_NOT_FOUND: .notFound
            case PH_TIMED_OUT: .timedOut
            case PH_BUSY: .busy
            case PH_CRASHED: .crashed
            case PH_SHUTTING_DOWN: .shuttingDown
            case PH_INTERNAL: .internalError
            case PH_UNSUPPORTED: .unsupported
            case PH_STATE_REFUSED: .stateRefused
            default: .failed
            }
    }
}

extension PluginError {
    /// Whether a call that ended so speaks against the plugin, rather than against its caller.
    ///
    /// The plugin's own statuses are answers that its callers expect.
    static func countsAgainstPlugin(_ status: ph_status_t) -> Bool {
        status == PH_FAILED || status == PH_INTERNAL || status == PH_CRASHED
    }

    /// Whether the host has given up waiting for an answer, and not the plugin answered that something took too long.
    var isHostLimit: Bool { code == .timedOut && status == nil }

    /// Makes the error of something that a plugin was asked to do and returned a status for.
    init(status: ph_status_t, saying complaint: String, by what: String) {
        let why = complaint.isEmpty ? "the plugin gave no reason (status \(status))" : complaint
        self.init(code: Code(status: status), message: "\(what): \(why)", status: status)
    }
}

extension PluginError {
    /// The status that tells another plugin of this error; one that a plugin has given is handed on as it is.
    var abiStatus: ph_status_t {
        if let status, status != PH_OK { return status }
        switch code {
        case .badPayload, .badAnswer: return PH_BAD_PAYLOAD
        case .methodNotFound: return PH_METHOD_NOT_FOUND
        case .unauthorised: return PH_UNAUTHORISED
        case .notFound: return PH_NOT_FOUND
        case .timedOut: return PH_TIMED_OUT
        case .busy, .exhausted: return PH_BUSY
        case .crashed: return PH_CRASHED
        case .shuttingDown: return PH_SHUTTING_DOWN
        case .internalError: return PH_INTERNAL
        case .unsupported: return PH_UNSUPPORTED
        case .stateRefused: return PH_STATE_REFUSED
        default: return PH_FAILED
        }
    }
}

extension PluginError {
    /// Makes the error of a fault that the loader, here or in a runner, has found.
    init(_ fault: PluginFault) {
        let code: Code =
            switch fault.kind {
            case .refused: fault.status.map { Code(status: $0) } ?? .failed
            case .linkerRefused, .staleCode: .loadFailed
            case .exhausted: .exhausted
            case .noFactory: .noFactory
            case .wrongABI: .wrongABI
            case .badDescriptor: .badDescriptor
            case .stateRefused: .stateRefused
            }
        self.init(code: code, message: fault.message, status: fault.status)
    }
}
