/// In which order plugins are loaded and started: what a plugin needs comes before it (HR-12, LM-1).
///
/// Among those that may come next, the one with the highest priority does, then the one whose id sorts first.
package struct LoadOrder: Hashable, Sendable {
    /// What the order has to know of a plugin.
    package struct Item: Hashable, Sendable {
        package var id: String
        package var version: String
        package var dependencies: [String]
        package var priority: Int32

        package init(id: String, version: String = "1.0.0", dependencies: [String] = [], priority: Int32 = 50) {
            self.id = id
            self.version = version
            self.dependencies = dependencies
            self.priority = priority
        }

        package init(_ descriptor: PluginDescriptor) {
            self.init(
                id: descriptor.id,
                version: descriptor.version,
                dependencies: descriptor.dependencies,
                priority: descriptor.priority
            )
        }
    }

    /// The ids of the plugins that can be loaded, in that order.
    package private(set) var order: [String] = []
    /// Why the others can't be, by their ids.
    package private(set) var failures: [String: PluginError] = [:]
    /// Which plugins need a plugin directly.
    private var dependents: [String: Set<String>] = [:]

    /// Orders the plugins; of two with the same id the first counts.
    package init(_ items: [Item]) {
        let items = Dictionary(items.map { ($0.id, $0) }) { first, _ in first }
        var needs: [String: Set<String>] = [:]
        for item in items.values {
            do {
                needs[item.id] = try Self.needs(of: item, among: items)
            } catch {
                failures[item.id] = error
            }
        }
        for (id, needed) in needs { for other in needed { dependents[other, default: []].insert(id) } }
        failDependents()
        sort(items, needs)
    }

    /// In which order plugins are stopped and unloaded.
    package var reversed: [String] { order.reversed() }

    // MARK: Steps

    static func needs(of item: Item, among items: [String: Item]) throws(PluginError) -> Set<String> {
        var needs: Set<String> = []
        for text in item.dependencies {
            guard let dependency = PluginDependency(text) else {
                let rule = "a dependency is an id, or an id and a version as in 'storage@1.2.0'"
                throw failure("plugin '\(item.id)' has a dependency '\(text)' that can't be read: \(rule)")
            }
            guard let provider = items[dependency.id] else {
                let remedy = "add it to the plugin directory"
                throw failure("plugin '\(item.id)' needs plugin '\(dependency)', which is not there; \(remedy)")
            }
            if let problem = dependency.problem(with: provider.version, for: item.id) { throw failure(problem) }
            needs.insert(dependency.id)
        }
        return needs
    }

    /// What needs a plugin that can't be loaded can't be loaded either.
    private mutating func failDependents() {
        // Only the first cause is passed on: the whole way to it would be as long as the chain of plugins.
        var causes = failures.mapValues(\.message)
        var next = failures.keys.sorted(by: >)
        while let id = next.popLast() {
            for dependent in (dependents[id] ?? []).sorted() where failures[dependent] == nil {
                let cause = causes[id] ?? ""
                causes[dependent] = cause
                failures[dependent] = Self.failure(
                    "plugin '\(dependent)' needs plugin '\(id)', which can't be loaded: \(cause)"
                )
                next.append(dependent)
            }
        }
    }

    private mutating func sort(_ items: [String: Item], _ needs: [String: Set<String>]) {
        var waiting = needs.filter { failures[$0.key] == nil }
        func comesLater(_ left: String, _ right: String) -> Bool {
            let (first, second) = (items[left]?.priority ?? 0, items[right]?.priority ?? 0)
            return first == second ? left > right : first < second
        }
        // The next one is the last, where removing is cheap.
        var ready = waiting.filter(\.value.isEmpty).keys.sorted(by: comesLater)
        while let id = ready.popLast() {
            order.append(id)
            waiting[id] = nil
            for dependent in dependents[id] ?? [] {
                guard waiting[dependent]?.remove(id) != nil, waiting[dependent]?.isEmpty == true else { continue }
                let place = ready.firstIndex { comesLater(dependent, $0) } ?? ready.endIndex
                ready.insert(dependent, at: place)
            }
        }
        // Whatever is left waits for something that is left: following that ends in a circle.
        for id in waiting.keys {
            let cycle = Self.cycle(from: id, waiting).joined(separator: " → ")
            failures[id] = Self.failure("plugin '\(id)' can't be loaded because plugins need each other: \(cycle)")
        }
    }

    private static func cycle(from id: String, _ waiting: [String: Set<String>]) -> [String] {
        var walk = [id]
        var places = [id: 0]
        // Going on from a plugin in a circle comes back to it; what is reached by the way there is cut off.
        while let next = waiting[walk[walk.count - 1]]?.min() {
            if let start = places[next] {
                let circle = walk[start...]
                // The same circle reads the same, wherever the walk came upon it.
                let first = circle.firstIndex(of: circle.min() ?? next) ?? start
                return Array(circle[first...]) + Array(circle[..<first]) + [circle[first]]
            }
            places[next] = walk.count
            walk.append(next)
        }
        return walk
    }

    private static func failure(_ message: String) -> PluginError {
        PluginError(code: .dependency, message: message)
    }
}
