/// Whether each runner gets a control group of its own, which counts and ends all that it has started.
///
/// The host's own group has to be the host's to divide, as it is under systemd with `Delegate=yes`. The host then moves into
/// a group beneath it.
public enum ControlGroupPolicy: String, Hashable, Sendable, Codable, CaseIterable {
    /// Runners stay in the group of the host, which is left alone.
    case off
    /// They get one where that is possible; the log says why it is not.
    case bestEffort = "best-effort"
    /// The host does not start without.
    case required
}
