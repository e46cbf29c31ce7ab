internal import CPluginABI

/// What a function of a plugin returned.
struct Reply: Hashable, Sendable {
    /// The status.
    var status: Int32
    /// What was written to the answer.
    var bytes: [UInt8] = []
    /// What was written to the error.
    var complaint = ""

    /// Whether it went well.
    var isOK: Bool { status == PH_OK }

    /// Why it did not, for messages.
    var reason: String {
        complaint.isEmpty
            ? "status \(Self.name(of: status)), without a reason" : "\(complaint) (\(Self.name(of: status)))"
    }

    /// Whether the contract has such a status.
    static func isKnown(_ status: Int32) -> Bool {
        (PH_OK...PH_STATE_REFUSED).contains(status) || status >= PH_STATUS_PLUGIN
    }

    /// A status as it stands in the header.
    static func name(of status: Int32) -> String {
        let names = [
            "PH_OK", "PH_FAILED", "PH_BAD_PAYLOAD", "PH_METHOD_NOT_FOUND", "PH_UNAUTHORISED", "PH_NOT_FOUND",
            "PH_TIMED_OUT",
            "PH_BUSY", "PH_CRASHED", "PH_SHUTTING_DOWN", "PH_INTERNAL", "PH_UNSUPPORTED", "PH_STATE_REFUSED",
        ]
        return names.indices.contains(Int(status)) ? names[Int(status)] : "\(status)"
    }
}
