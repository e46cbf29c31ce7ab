import Foundation
import TestSupport

/// One kind of fault in one step of a plugin's life.
struct FaultCell: Hashable, Sendable, Codable, CustomStringConvertible {
    /// What the plugin does to its process; the values are the keys of the fixtures.
    enum Kind: String, CaseIterable, Sendable, Codable {
        case segmentationFault = "crash"
        case trap
        case abort
        case exit = "quit"
        case overflow
        case heap
        case loop
        case deadlock
        case stop = "sigstop"
        case allocation = "allocate"
        case closedDescriptors = "closeall"
        case garbage
        case lingeringChild = "linger"
        case signalToParent = "termparent"
        case thread

        /// What the documentation calls it.
        var title: String {
            switch self {
            case .segmentationFault: "segmentation fault"
            case .trap: "Swift trap"
            case .abort: "`abort`"
            case .exit: "`exit(0)`"
            case .overflow: "stack overflow"
            case .heap: "heap corruption"
            case .loop: "endless loop"
            case .deadlock: "deadlock"
            case .stop: "SIGSTOP to itself"
            case .allocation: "runaway allocation"
            case .closedDescriptors: "all descriptors closed"
            case .garbage: "garbage in shared memory"
            case .lingeringChild: "a child that lingers"
            case .signalToParent: "SIGTERM to its parent"
            case .thread: "a fault on its own thread"
            }
        }

        /// Whether only a limit of time ends it.
        var hangs: Bool { [.loop, .deadlock, .stop].contains(self) }

        /// Whether it must leave whoever asks for something without an answer.
        var ends: Bool {
            switch self {
            case .closedDescriptors, .lingeringChild, .signalToParent: false
            // A sanitizer has a heap of its own.
            case .heap: !Sanitizer.isThere
            default: true
            }
        }

        /// The fixture that can do it.
        var product: String { self == .trap ? "Trapping" : "Adaptable" }
    }

    /// Where it happens.
    enum Step: String, CaseIterable, Sendable, Codable {
        case loading
        case create
        case initialise
        case start
        case execute
        case save
        case restore
        case health = "health check"
        case stop

        /// Whether it happens to the generation that serves, and not to the one that is to take its place.
        var isOfLive: Bool { [.execute, .save, .stop].contains(self) }

        /// The key of the fixtures.
        func key(of kind: Kind) -> String {
            switch self {
            case .loading: kind == .trap ? "factory" : "constructor"
            case .health: "health"
            default: rawValue
            }
        }
    }

    var kind: Kind
    var step: Step

    var description: String { "\(kind.title) in \(step.rawValue)" }

    static let all = Kind.allCases.flatMap { kind in Step.allCases.map { FaultCell(kind: kind, step: $0) } }

    /// Each kind and each step, some of them twice.
    static let sample = Kind.allCases.enumerated().map { index, kind in
        FaultCell(kind: kind, step: Step.allCases[(index * 2) % Step.allCases.count])
    }

    /// The cells of this run, in the groups that share a process.
    ///
    /// `PLUGIN_HOST_CELLS=loop,save` are all with one of these words among kind and step.
    static let groups: [[FaultCell]] = {
        if let list = ProcessInfo.processInfo.environment["PLUGIN_HOST_CELLS"] {
            let words = list.split(separator: ",").map(String.init)
            return [all.filter { words.contains($0.kind.rawValue) || words.contains($0.step.rawValue) }]
        }
        guard Torture.isLong else { return [sample] }
        return Kind.allCases.map { kind in all.filter { $0.kind == kind } }
    }()
}
