/// What a host asks of a plugin in a runner: the kind of a request.
///
/// All but `execute` go by the lane for lifecycle functions, one at a time. An answer with a status other than 0 holds a
/// fault; one to `execute` holds what the plugin complained of.
package enum RunnerOperation: UInt32, CaseIterable, Sendable {
    /// Serves a call.
    case execute
    /// Maps the image of a path; answered with what its factory says, and with the sandbox that it is in.
    case map
    /// Creates the instance; answered with its traits.
    case create
    /// Calls the lifecycle function whose number is the auxiliary.
    case perform
    /// Applies settings.
    case initialise
    /// Saves the state; the auxiliary of the answer is its schema.
    case saveState
    /// Asks whether a state would be taken; the auxiliary is its schema.
    case checkState
    /// Restores a state; the auxiliary is its schema.
    case restoreState
    /// Asks for the health: the auxiliary of the answer is the level.
    case checkHealth
    case statistics
    /// Tells that the plugin of that id is another generation, the auxiliary, by now.
    case dependencyChanged
    /// Ends the instance.
    case destroy
    /// Asks what the instance contributes; answered with JSON, or nothing.
    case declareComponents
    /// Gives the instance new settings.
    case configure
}

extension RunnerOperation: CustomStringConvertible {
    /// What the plugin was asked for, in the words of the ABI where it has any.
    package var description: String {
        switch self {
        case .execute: "execute"
        case .map: "loading"
        case .create: "create"
        case .perform: "a lifecycle function"
        case .initialise: "initialise"
        case .saveState: "save_state"
        case .checkState: "check_state"
        case .restoreState: "restore_state"
        case .checkHealth: "check_health"
        case .statistics: "statistics"
        case .dependencyChanged: "the note of a dependency's change"
        case .destroy: "destroy"
        case .declareComponents: "declare"
        case .configure: "configure"
        }
    }
}
