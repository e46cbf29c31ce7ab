extension HostConfiguration {
    /// Refuses values that no host could work with.
    ///
    /// The error has the code ``PluginError/Code/badConfiguration``; it names the property, its value, and what is
    /// allowed.
    public func validate() throws(PluginError) {
        for key in ConfigurationKey.table {
            guard let value = key.refused(self) else { continue }
            throw PluginError(
                code: .badConfiguration,
                message: "\(key.name) is \(value); it must be \(key.rule)"
            )
        }
    }
}
