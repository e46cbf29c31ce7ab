/// What a running host is asked for when a shell completes a command line.
enum CompletionKind: String, Hashable, Sendable, CaseIterable {
    case plugins
    case programs
    case tasks
    case actions
}
