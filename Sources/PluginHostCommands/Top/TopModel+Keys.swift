extension TopModel {
    /// Takes a key, and says what is to be done.
    mutating func press(_ key: Key) -> [TopEffect] {
        message = nil
        if key == .control("l") { return [.redraw, .poll] }
        switch prompt {
        case .filter: return type(key)
        case .rollBack(let id): return answer(key, id)
        case nil: break
        }
        switch view {
        case .list: return pressInList(key)
        case .details(let id): return pressInDetails(key, id)
        case .log: return pressInLog(key)
        case .keys:
            view = .list
            return []
        }
    }

    // MARK: Questions

    private mutating func type(_ key: Key) -> [TopEffect] {
        switch key {
        case .character(let letter): filter.append(letter)
        case .backspace:
            if filter.isEmpty { prompt = nil } else { filter.removeLast() }
        case .control("u"): filter = ""
        case .enter: prompt = nil
        case .escape:
            filter = ""
            prompt = nil
        default: break
        }
        let rows = rows
        if !rows.contains(where: { $0.id == selected }) { selected = rows.first?.id }
        return []
    }

    private mutating func answer(_ key: Key, _ id: String) -> [TopEffect] {
        prompt = nil
        guard key == .character("y") || key == .character("Y") else {
            message = "\(id) is not rolled back"
            return []
        }
        message = "rolling \(id) back…"
        return [.rollBack(id)]
    }

    // MARK: Views

    private mutating func pressInList(_ key: Key) -> [TopEffect] {
        switch key {
        case .up, .character("k"): move(by: -1)
        case .down, .character("j"): move(by: 1)
        case .pageUp: move(by: -page)
        case .pageDown: move(by: page)
        case .home, .character("g"): move(by: -.max / 2)
        case .end, .character("G"): move(by: .max / 2)
        case .tab, .right, .character("s"): sort(by: 1)
        case .backTab, .left, .character("S"): sort(by: -1)
        case .character("R"): isReversed.toggle()
        case .character("/"): prompt = .filter
        case .escape: filter = ""
        case .character("?"), .character("h"): view = .keys
        case .character(" "): return [.poll]
        case .character("q"): return [.quit]
        case .enter:
            guard let selected else { break }
            open(.details(selected))
        default:
            guard let selected else { break }
            return act(key, on: selected)
        }
        return []
    }

    private mutating func pressInDetails(_ key: Key, _ id: String) -> [TopEffect] {
        switch key {
        case .escape, .left, .backspace, .character("q"): open(.list)
        case .up, .character("k"): scroll = max(0, scroll - 1)
        case .down, .character("j"): scroll += 1
        case .pageUp: scroll = max(0, scroll - page)
        case .pageDown, .character(" "): scroll += page
        case .home, .character("g"): scroll = 0
        default: return act(key, on: id)
        }
        scroll = min(scroll, max(0, TopDrawing.details(self, id).count - 1))
        return []
    }

    private mutating func pressInLog(_ key: Key) -> [TopEffect] {
        switch key {
        case .escape, .left, .backspace, .character("q"):
            open(.list)
            return [.unfollow]
        case .up, .character("k"): scroll += 1
        case .down, .character("j"): scroll -= 1
        case .pageUp: scroll += page
        case .pageDown, .character(" "): scroll -= page
        case .home, .character("g"): scroll = records.count
        case .end, .character("G"): scroll = 0
        default: break
        }
        scroll = max(0, min(scroll, records.count - 1))
        return []
    }

    private mutating func act(_ key: Key, on id: String) -> [TopEffect] {
        switch key {
        case .character("r"):
            message = "reloading \(id)…"
            return [.reload(id)]
        case .character("b"): prompt = .rollBack(id)
        case .character("l"):
            open(.log(id))
            forgetRecords()
            return [.follow(id)]
        default: break
        }
        return []
    }

    private mutating func open(_ view: View) {
        self.view = view
        scroll = 0
    }

    // MARK: Moving

    /// A screenful, and a line of the one before.
    private var page: Int { max(1, size.rows - 6) }

    private mutating func move(by steps: Int) {
        let rows = rows
        guard !rows.isEmpty else { return }
        let index = rows.firstIndex { $0.id == selected } ?? 0
        selected = rows[max(0, min(rows.count - 1, index + steps))].id
    }

    private mutating func sort(by steps: Int) {
        let columns = TopColumn.allCases
        let index = columns.firstIndex(of: sort) ?? 0
        sort = columns[(index + steps + columns.count) % columns.count]
        isReversed = false
    }
}
