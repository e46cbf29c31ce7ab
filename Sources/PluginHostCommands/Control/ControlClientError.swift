/// Why a host could not be asked, or did not do what it was asked.
package enum ControlClientError: Error, Hashable {
    /// Nobody listens at the path.
    case noHost(path: String, reason: String)
    /// The connection ended, or what came over it made no sense.
    case broken(String)
    /// The host refused.
    case refused(ControlError)
}
