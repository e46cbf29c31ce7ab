internal import Glibc
internal import LinuxSystem
internal import PluginHost

/// The live view in a terminal, on one thread from its beginning to its end.
struct TopSession {
    /// How long a key may take to arrive as a whole; after that, a lone escape is the key of that name.
    private static let patience = Duration.milliseconds(50)

    private let terminal: RawTerminal
    private let inbox: Inbox<TopNews>
    private let link: TopLink
    private let colours: Bool
    private var model: TopModel
    private var keys = KeyDecoder()
    /// What the terminal shows; `nil` if that is not known.
    private var shown: Screen?

    /// Takes the terminal over.
    init(_ settings: TopSettings, path: String, first status: HostStatus, colours: Bool) throws {
        inbox = try Inbox()
        let inbox = inbox
        link = TopLink(path: path, interval: settings.interval) { inbox.put($0) }
        self.colours = colours
        model = TopModel(interval: settings.interval, size: RawTerminal.size() ?? (80, 24))
        model.sort = settings.sort
        model.take(.status(status, .now))
        terminal = try RawTerminal()
    }

    /// Shows the view until the user or a signal ends it.
    mutating func run() throws {
        link.start()
        defer {
            link.stop()
            terminal.leave()
        }
        while true {
            try draw()
            let hasKeys = terminal.wait(orFor: inbox, timeout: keys.isWaiting ? Self.patience : nil)
            for signal in terminal.takeSignals() {
                switch signal {
                case SIGWINCH: resize()
                case SIGTSTP:
                    try terminal.suspend()
                    resize()
                case SIGCONT:
                    // A shell may have had the terminal meanwhile.
                    try terminal.enter(keepsMode: false)
                    resize()
                default: return terminal.end(by: signal)
                }
            }
            for news in inbox.take() { model.take(news) }
            if hasKeys {
                guard let bytes = terminal.readKeys() else { return }
                for key in keys.feed(bytes) where try !perform(model.press(key)) { return }
            } else if keys.isWaiting {
                for key in keys.flush() where try !perform(model.press(key)) { return }
            }
        }
    }

    /// Draws what has changed, if anything has.
    private mutating func draw() throws {
        let screen = TopDrawing.screen(of: model)
        let bytes = ScreenPainter.bytes(from: shown, to: screen, colours: colours)
        shown = screen
        if !bytes.isEmpty { try terminal.write(bytes) }
    }

    private mutating func resize() {
        model.size = RawTerminal.size() ?? model.size
        shown = nil
    }

    /// Does what a key asks for; says `false` at the end.
    private mutating func perform(_ effects: [TopEffect]) throws -> Bool {
        for effect in effects {
            switch effect {
            case .quit: return false
            case .poll: link.poll()
            case .redraw: shown = nil
            case .reload(let id): link.reload(id)
            case .rollBack(let id): link.rollBack(id)
            case .follow(let id): link.follow(id)
            case .unfollow: link.unfollow()
            }
        }
        return true
    }
}
