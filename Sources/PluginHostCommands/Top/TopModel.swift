internal import LinuxSystem
internal import PluginHost
internal import struct FoundationEssentials.Date

/// What the live view shows, without a terminal and without a host.
struct TopModel: Sendable {
    /// What fills the screen.
    enum View: Hashable, Sendable {
        case list
        case details(String)
        case log(String)
        case keys
    }

    /// What the user is being asked.
    enum Prompt: Hashable, Sendable {
        case filter
        case rollBack(String)
    }

    /// How many records of a log are kept.
    static let keptRecords = 1000

    let interval: Duration
    var size: (columns: Int, rows: Int)
    var view = View.list
    var prompt: Prompt?
    var sort = TopColumn.id
    var isReversed = false
    var filter = ""
    /// The id of the plugin under the cursor.
    var selected: String?
    /// How far details or the log are scrolled from where they begin, a log from its end.
    var scroll = 0
    var message: String?
    private(set) var status: HostStatus?
    private(set) var rates = TopRates()
    private(set) var lastEvents: [String: PluginEvent] = [:]
    private(set) var records: [LogRecord] = []
    /// Why and since when the host is gone.
    private(set) var loss: (reason: String, since: Date)?

    init(interval: Duration, size: (columns: Int, rows: Int)) {
        self.interval = interval
        self.size = size
    }

    // MARK: News

    /// Takes what the host has told.
    mutating func take(_ news: TopNews) {
        switch news {
        case .status(let status, let time): take(status, at: time)
        case .events(let events):
            for event in events {
                guard let plugin = event.plugin, Self.isWorthTelling(event) else { continue }
                lastEvents[plugin] = event
            }
        case .records(let records, let plugin):
            guard view == .log(plugin) else { return }
            self.records = (self.records + records).suffix(Self.keptRecords)
            // What is being read stays where it is.
            if scroll > 0 { scroll = min(scroll + records.count, Self.keptRecords) }
        case .lost(let reason, let time):
            if loss == nil { loss = (reason, time) }
        case .answer(let text): message = StatusText.oneLine(text)
        }
    }

    private mutating func take(_ status: HostStatus, at time: MonotonicInstant) {
        if loss != nil {
            let isNew = self.status.map { before in
                before.host.pid != status.host.pid || before.host.uptimeSeconds > status.host.uptimeSeconds
            }
            let what = isNew == false ? "the same" : "another"
            message = "the host is there again: process \(status.host.pid), \(what) run"
            loss = nil
        }
        self.status = status
        // Sooner than that come those that an event has brought about.
        rates.take(status, at: time, after: interval * 0.7)
        if selected.map({ id in status.plugins.contains { $0.id == id } }) != true { selected = rows.first?.id }
    }

    /// Steps of a plugin's life come by the dozen, and say less than what they belong to.
    private static func isWorthTelling(_ event: PluginEvent) -> Bool {
        ![.stateChanged, .heartbeat, .custom].contains(event.event)
    }

    // MARK: Rows

    /// The plugins that are shown, in order.
    var rows: [TopRow] {
        let rows = (status?.plugins ?? []).map { plugin in
            TopRow(plugin, rate: rates.perSecond[plugin.id], event: lastEvents[plugin.id])
        }
        let sorted = rows.filter { $0.matches(filter) }.sorted(by: sort.precedes)
        return isReversed ? sorted.reversed() : sorted
    }

    /// The plugin whose details are shown.
    func plugin(_ id: String) -> PluginStatus? {
        status?.plugins.first { StatusText.oneLine($0.id) == id }
    }

    /// Begins to show a log.
    mutating func forgetRecords() {
        records = []
    }
}
