extension HostConfiguration {
    /// The keys by which this configuration differs from another.
    package func differences(from other: HostConfiguration) -> [String] {
        zip(Mirror(reflecting: self).children, Mirror(reflecting: other).children).flatMap { own, its -> [String] in
            if let own = own.value as? AnyHashable, let its = its.value as? AnyHashable, own == its { return [] }
            guard own.label == "strategy", strategy.name == other.strategy.name else {
                return own.label.map { [$0] } ?? []
            }
            // One property has the values of several keys.
            return (strategy.window == other.strategy.window ? [] : ["debounce"])
                + (strategy.idleBound == other.strategy.idleBound ? [] : ["idleBound"])
        }
    }
}
