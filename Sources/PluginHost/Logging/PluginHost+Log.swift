extension PluginHost {
    // MARK: Log

    /// Adds a record to the host's log: to its file, to whoever follows it, and to the closure that the host was made with.
    ///
    /// - Parameter record: The record; its level, and the limit of its name, hold for it as for those of plugins.
    public func log(_ record: LogRecord) {
        upkeep.log.write(record)
    }

    /// Sets the least level that is logged, while the host runs (CH-4).
    ///
    /// - Parameters:
    ///   - level: The level; `nil` takes back what was said of the plugin.
    ///   - id: The plugin's id, or `host` for the host itself; `nil` for all of which nothing else is said.
    public func setLogLevel(_ level: LogRecord.Level?, of id: String? = nil) {
        upkeep.log.setLevel(level, of: id)
    }

    /// The records from now on; a listener that is slow loses the oldest.
    public func logRecords() -> AsyncStream<LogRecord> {
        upkeep.log.records()
    }

    /// The levels that hold now.
    package func logLevels() -> LogLevels {
        upkeep.log.levels
    }

    /// The last records that are wanted, oldest first; it waits for the disk.
    package func recentLog(_ query: HostLog.Query) -> [LogRecord] {
        upkeep.log.recent(query)
    }
}
