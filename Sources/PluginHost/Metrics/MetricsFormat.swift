/// How metrics are written down.
public enum MetricsFormat: String, Hashable, Sendable, CaseIterable {
    /// OpenMetrics 1.0, as Prometheus and others scrape it.
    case openMetrics = "openmetrics"
    /// The text format of Prometheus, version 0.0.4.
    ///
    /// The text collector of node_exporter and `promtool check metrics` read only this one: they know neither the types
    /// `info` and `stateset` nor counters without `_total` in their names.
    case prometheus
}
