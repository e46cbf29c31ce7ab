extension HostConfiguration {
    /// The names of the properties in which this configuration differs from another.
    package func differences(from other: HostConfiguration) -> [String] {
        zip(Mirror(reflecting: self).children, Mirror(reflecting: other).children).compactMap { own, its in
            guard let own = own.value as? AnyHashable, let its = its.value as? AnyHashable, own == its else {
                return own.label
            }
            return nil
        }
    }
}
