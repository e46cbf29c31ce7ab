/// Where a host keeps its log beside telling it (CH-4).
public enum LogPlace: Hashable, Sendable {
    /// In `logs/plugin-host.log` in the state directory.
    case standard
    /// In the file with the path.
    case file(String)
    /// Nowhere.
    case none

    func path(stateDirectory: String) -> String? {
        switch self {
        case .standard: LogFile.standardPath(stateDirectory: stateDirectory)
        case .file(let path): path
        case .none: nil
        }
    }
}
